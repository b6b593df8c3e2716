/**
 * Effects on permissions. An entry takes the place of what its holder has from paths above, and a
 * user's entry that of the groups of the user: granting one role can take another.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import { type CurrentState, type Effect, isOff, isOn } from "./effect.ts";
import { listText } from "./lists.ts";
import { readRows, type Row } from "./read.ts";
import { goneText, UNREAD, valueText } from "./words.ts";

interface Holder {
  readonly type: "user" | "group" | "token";
  readonly ugid: string;
}

function holdersOf(args: Args): readonly Holder[] {
  return (["user", "group", "token"] as const).flatMap((type) =>
    splitList(valueText(args[`${type}s`])).map((ugid) => ({ type, ugid }))
  );
}

function normalPath(path: unknown): string {
  return `/${path}`.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
}

/** A path and those above it, deepest first. */
function levelsOf(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`).concat("/");
}

function isOf({ type, ugid }: Holder): (row: Row) => boolean {
  return (row) => row.type === type && row.ugid === ugid;
}

function roleOf(row: Row): string {
  return String(row.roleid);
}

async function groupsOf(holder: Holder, state: CurrentState): Promise<readonly Holder[]> {
  if (holder.type !== "user") return [];
  const users = await readRows(state, "GET /access/users", { full: true });
  const user = users?.find(({ userid }) => userid === holder.ugid);
  return splitList(valueText(user?.groups)).map((ugid) => ({ type: "group", ugid }));
}

/** Roles that a holder has on a path without an entry of its own there, and from where. */
async function inherited(
  holder: Holder,
  path: string,
  acl: readonly Row[],
  state: CurrentState,
): Promise<readonly Row[]> {
  const groups = await groupsOf(holder, state);
  for (const level of levelsOf(path)) {
    const entries = acl.filter((row) =>
      row.path === level && (level === path || isOn(row.propagate))
    );
    const own = level === path ? [] : entries.filter(isOf(holder));
    const theirs = entries.filter((row) => groups.some((group) => isOf(group)(row)));
    if (own.length > 0) return own;
    if (theirs.length > 0) return theirs;
  }
  return [];
}

/** The privileges of roles; undefined when they could not be read. */
async function privilegesOf(
  roles: readonly string[],
  state: CurrentState,
): Promise<readonly string[] | undefined> {
  const rows = await readRows(state, "GET /access/roles", {});
  return rows?.filter((row) => roles.includes(roleOf(row))).flatMap(({ privs }) =>
    splitList(privs)
  );
}

/** What a first entry on a path takes the place of. */
async function displaced(
  holder: Holder,
  path: string,
  roles: readonly string[],
  acl: readonly Row[],
  state: CurrentState,
): Promise<readonly string[]> {
  const before = await inherited(holder, path, acl, state);
  const from = before[0];
  if (from === undefined) return [];
  const names = before.map(roleOf);
  const had = await privilegesOf(names, state);
  const kept = await privilegesOf(roles, state) ?? [];
  const gone = had?.filter((each) => !kept.includes(each));
  if (gone?.length === 0) return [];
  const whose = from.type === "group" && holder.type === "user" ? ` by group ${from.ugid}` : "";
  const what = gone && had ? goneText(gone, had.length, "privileges") : `privileges, ${UNREAD}`;
  return [
    `what ${holder.ugid} may do on ${path} as ${
      listText(names)
    } from ${from.path}${whose}, ${what}`,
  ];
}

async function grantedOver(
  holder: Holder,
  args: Args,
  acl: readonly Row[],
  state: CurrentState,
): Promise<readonly string[]> {
  const path = normalPath(args.path);
  const roles = splitList(valueText(args.roles));
  const own = acl.filter((row) => row.path === path && isOf(holder)(row));
  const narrowed = isOff(args.propagate)
    ? own.filter((row) => isOn(row.propagate) && roles.includes(roleOf(row))).map(roleOf)
    : [];
  return [
    ...narrowed.map((role) => `what ${holder.ugid} may do below ${path} as ${role}`),
    ...(roles.includes("NoAccess") && !own.some((row) => roleOf(row) === "NoAccess")
      ? [`all access of ${holder.ugid} on ${path}`]
      : own.length === 0
      ? await displaced(holder, path, roles, acl, state)
      : []),
  ];
}

function revoked(holder: Holder, args: Args, acl: readonly Row[]): readonly string[] {
  const path = normalPath(args.path);
  const roles = splitList(valueText(args.roles));
  return acl
    .filter((row) => row.path === path && isOf(holder)(row) && roles.includes(roleOf(row)))
    .map((row) => `what ${holder.ugid} may do on ${path} as ${roleOf(row)}`);
}

/** Permissions that are taken, narrowed, or displaced by others. */
export const permissions: Effect<
  "delete" | "roles" | "path" | "propagate" | "users" | "groups" | "tokens"
> = {
  takes: "permissions that are deleted, or that others take the place of",
  by: ["delete", "roles", "path", "propagate", "users", "groups", "tokens"],
  ofGuests: false,
  judge: async (args, state) => {
    const holders = holdersOf(args);
    const acl = await readRows(state, "GET /access/acl", {});
    if (acl === undefined) {
      const names = listText(holders.map(({ ugid }) => ugid));
      return [{ what: `permissions of ${names} on ${args.path}, ${UNREAD}`, guests: [] }];
    }
    const texts = await Promise.all(
      holders.map((holder) =>
        isOn(args.delete) ? revoked(holder, args, acl) : grantedOver(holder, args, acl, state)
      ),
    );
    return texts.flat().map((what) => ({ what, guests: [] }));
  },
};
