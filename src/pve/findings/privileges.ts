/**
 * Whether the token has the privileges that an operation demands on its path. Source:
 * PVE::RPCEnvironment.
 *
 * @module
 */
import { operationFact, refusesTokens } from "../api.ts";
import type { CurrentState } from "../effects/effect.ts";
import { readRow } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { type Attempt, PveError } from "../errors.ts";
import { modifyPrivileges } from "../coverage.ts";
import { areaOf } from "../option_areas.ts";
import { splitList } from "../split_list.ts";
import type { Check, Finding } from "./finding.ts";
import { configOf, guestPlaceOf } from "./guest_place.ts";

type Expression = readonly unknown[];

/** What a check expression comes to: the privileges that are lacking, or undefined if it cannot be told. */
type Lacking = readonly string[] | undefined;

const READ = "GET /access/permissions";

/** A path template with the values of the request, as PVE normalizes it. */
function pathOf(template: string, args: Args): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
  return `/${filled}`.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
}

/** The token's privileges on a path; undefined when they cannot be read. */
async function privilegesOn(path: string, state: CurrentState): Promise<Set<string> | undefined> {
  const row = await readRow(state, READ, { path });
  const granted = row?.[path];
  if (typeof granted !== "object" || granted === null) return row && new Set();
  return new Set(Object.keys(granted));
}

/** The privileges of these that the token lacks on a path. */
async function lackingOn(
  path: string,
  needed: readonly string[],
  any: boolean,
  state: CurrentState,
): Promise<Lacking> {
  const granted = await privilegesOn(path, state);
  if (!granted) return undefined;
  const lacking = needed.filter((privilege) => !granted.has(privilege));
  if (any) return lacking.length < needed.length ? [] : [`${needed.join(" or ")} on ${path}`];
  return lacking.map((privilege) => `${privilege} on ${path}`);
}

function optionsOf(flags: Expression): Map<unknown, unknown> {
  const pairs = flags.flatMap((flag, at) => at % 2 === 0 ? [[flag, flags[at + 1]] as const] : []);
  return new Map(pairs);
}

async function lackingFor(
  expression: Expression,
  args: Args,
  state: CurrentState,
): Promise<Lacking> {
  const [kind, ...rest] = expression;
  if (kind === "and" || kind === "or") {
    const parts = await Promise.all(
      rest.map((part) => lackingFor(part as Expression, args, state)),
    );
    const known = parts.filter((part) => part !== undefined);
    if (kind === "and") {
      const all = known.flat();
      return all.length > 0 || known.length === parts.length ? all : undefined;
    }
    if (known.some((part) => part.length === 0)) return [];
    if (known.length < parts.length) return undefined;
    return [known.map((part) => part.join(" and ")).join(", or ")];
  }
  if (kind === "userid-param") return await lackingOfUser(rest[0], args, state);
  if (kind === "userid-group") return await lackingOnGroups(rest, args, state);
  if (kind === "perm-modify") return await lackingToModify(rest[0], args, state);
  if (kind !== "perm") return undefined;
  const [template, needed, ...flags] = rest as [string, readonly string[], ...unknown[]];
  const options = optionsOf(flags);
  const required = options.get("require_param");
  if (required !== undefined && args[String(required)] === undefined) {
    return [`a value of ${required}`];
  }
  return await lackingOn(pathOf(template, args), needed, Boolean(options.get("any")), state);
}

/** A token is never the user that it belongs to: what is for that user itself is closed to it. */
async function lackingOfUser(
  test: unknown,
  { userid }: Args,
  state: CurrentState,
): Promise<Lacking> {
  if (test === "self") return [`being ${userid} itself, which no token is`];
  const realm = String(userid).split("@").at(-1);
  return await lackingOn(`/access/realm/${realm}`, [String(test)], false, state);
}

const USER = "GET /access/users/{userid}";

/** The groups of a user; none where the token may not look, which takes less than to change it. */
async function groupsOf(userid: string, state: CurrentState): Promise<string[]> {
  try {
    const data = await state.get(USER, { userid }) as { readonly groups?: unknown } | null;
    return splitList(data?.groups);
  } catch (error) {
    if (error instanceof PveError) return [];
    throw error;
  }
}

/** Privileges on all users, or on the groups that a request names and one of those of the user. */
async function lackingOnGroups(
  [needed, ...flags]: Expression,
  args: Args,
  state: CurrentState,
): Promise<Lacking> {
  const privileges = needed as readonly string[];
  const on = (group: string): Promise<Lacking> =>
    lackingOn(`/access/groups${group}`, privileges, true, state);
  const all = await on("");
  if (!all || all.length === 0) return all;
  const mode = optionsOf(flags).get("groups_param");
  const named = mode === undefined ? [] : splitList(args.groups);
  if (mode !== undefined && named.length === 0) return all;
  const ofNamed = await Promise.all(named.map((group) => on(`/${group}`)));
  const lacking = ofNamed.flatMap((each) => each ?? []);
  if (lacking.length > 0 || mode === "create") return lacking;
  const groups = await groupsOf(String(args.userid), state);
  const ofUser = await Promise.all(groups.map((group) => on(`/${group}`)));
  return ofUser.some((each) => each?.length === 0) ? [] : all;
}

/** One of the privileges that let the token change permissions on a path. */
function lackingToModify(template: unknown, args: Args, state: CurrentState): Promise<Lacking> {
  const path = pathOf(String(template), args);
  return lackingOn(path, modifyPrivileges(path), true, state);
}

/** What the token lacks on a path, as findings; one that cannot be told is none. */
export async function lackingFindings(
  path: string,
  needed: readonly string[],
  state: CurrentState,
): Promise<Finding[]> {
  const lacking = await lackingOn(path, needed, false, state) ?? [];
  if (lacking.length === 0) return [];
  return [{ verdict: "stops it", what: `The token lacks ${lacking.join(", ")}`, from: READ }];
}

/** Not part of a configuration: what a change of one has besides. */
const NO_OPTIONS = /^(?:node|vmid|digest|delete|revert|force|skiplock|background_delay)$/;

/** Whether the token may set the options of a guest that a request changes. */
export const optionPrivileges: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest || !/^(?:PUT|POST) \/config$/.test(guest.does)) return [];
  const { args } = request;
  const set = Object.keys(args).filter((name) =>
    !NO_OPTIONS.test(name) && args[name] !== undefined
  );
  const options = [...set, ...splitList(args.delete), ...splitList(args.revert)];
  const config = await configOf(guest, state);
  const areas = new Set(
    options.map((name) => areaOf(guest.type, name, String(args[name] ?? config?.[name] ?? ""))),
  );
  const needed = [...areas].sort().map((area) => `VM.Config.${area}`);
  return await lackingFindings(`/vms/${guest.place.vmid}`, needed, state);
};

/** Whether the token may call the operation at all, by the check that stands in the facts. */
export const privileges: Check = async ({ operation, args }: Attempt, state) => {
  const fact = operationFact(operation);
  // Who may be logged in for it, the server itself tells.
  if (refusesTokens(fact)) return [];
  const { user, check } = fact.permissions ?? {};
  // PVE looks at the check only where it does not name who may.
  if (!check || user !== undefined) return [];
  const lacking = await lackingFor(check, args, state);
  const from = READ;
  const finding = ((): Finding => {
    if (!lacking) return { verdict: "warns", what: "Privileges of the token are not known", from };
    return lacking.length === 0
      ? { verdict: "fine", what: `The token may call ${operation}`, from }
      : { verdict: "stops it", what: `The token lacks ${lacking.join(", ")}`, from };
  })();
  return [finding];
};
