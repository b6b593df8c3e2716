/**
 * Whether a caller may do what it asks: the operation's check expression from the API facts,
 * against roles, groups, pools and tokens. Source: PVE::RPCEnvironment.
 *
 * @module
 */
import type { OperationFact } from "../../pve/api.ts";
import { checkUserId } from "../../pve/formats/format_checks.ts";
import { splitList } from "../../pve/split_list.ts";
import { mayAny, mayModify, privilegesOn } from "../access/privileges.ts";
import { privilegesIn } from "../access/release_privileges.ts";
import type { Cluster } from "../core/cluster.ts";
import { type ApiError, failed, forbidden } from "../core/refusal.ts";

type Values = Readonly<Record<string, unknown>>;

interface Caller {
  readonly cluster: Cluster;
  readonly user: string;
  readonly values: Values;
}

/**
 * Refuses what the facts do not permit.
 *
 * @param user User or token id; undefined without credentials.
 * @param values Parameters, those of the path included, before verification.
 * @throws {ApiError} 403 in PVE's words.
 */
export function assertPermitted(
  cluster: Cluster,
  fact: OperationFact,
  user: string | undefined,
  values: Values,
): void {
  const { permissions } = fact;
  if (user === undefined) {
    if (permissions?.user === "world") return;
    throw forbidden("user != null");
  }
  if (user === "root@pam") return;
  if (!permissions) throw forbidden("user != root@pam");
  if (permissions.user !== undefined) return;
  if (!permissions.check) throw forbidden();
  const wrong = check({ cluster, user, values }, permissions.check);
  if (wrong) throw wrong;
}

/** The refusal of a check expression, or undefined when it holds. */
function check(caller: Caller, expression: readonly unknown[]): ApiError | undefined {
  const [test, ...rest] = expression;
  const parts = rest as (readonly unknown[])[];
  switch (test) {
    case "and": {
      for (const part of parts) {
        const wrong = check(caller, part);
        if (wrong) return wrong;
      }
      return undefined;
    }
    case "or":
      return parts.some((part) => !check(caller, part)) ? undefined : forbidden();
    case "perm":
      return checkPrivileges(caller, rest);
    case "userid-group":
      return checkGroups(caller, rest);
    case "userid-param":
      return checkUser(caller, String(rest[0]));
    case "perm-modify": {
      const path = fill(String(rest[0]), caller.values);
      return mayModify(caller.cluster, caller.user, path) ? undefined : forbidden(path);
    }
    default:
      return forbidden();
  }
}

/** A path template with the parameters' values, as PVE normalizes it. */
function fill(template: string, values: Values): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  return `/${filled}`.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
}

/** What stands in pairs behind the privileges of a check. */
function optionsOf(flags: readonly unknown[]): Map<unknown, unknown> {
  const options = new Map<unknown, unknown>();
  for (let at = 0; at < flags.length; at += 2) options.set(flags[at], flags[at + 1]);
  return options;
}

function checkPrivileges(caller: Caller, rest: readonly unknown[]): ApiError | undefined {
  const [template, privileges, ...flags] = rest;
  const options = optionsOf(flags);
  const required = options.get("require_param");
  if (required !== undefined && caller.values[String(required)] === undefined) return forbidden();
  const path = fill(String(template), caller.values);
  return missing(caller, path, privileges as string[], Boolean(options.get("any")));
}

function missing(
  caller: Caller,
  path: string,
  wanted: readonly string[],
  any: boolean,
): ApiError | undefined {
  const needed = privilegesIn(caller.cluster.release, wanted);
  const has = privilegesOn(caller.cluster, caller.user, path);
  if (any) {
    const enough = needed.some((privilege) => has.has(privilege));
    return enough ? undefined : forbidden(`${path}, ${needed.join("|")}`);
  }
  const lacking = needed.find((privilege) => !has.has(privilege));
  return lacking === undefined ? undefined : forbidden(`${path}, ${lacking}`);
}

/** `userid-group`: the privileges on all users, or on a group of the user in question. */
function checkGroups(caller: Caller, rest: readonly unknown[]): ApiError | undefined {
  const [first, ...flags] = rest;
  const privileges = first as string[];
  const options = optionsOf(flags);
  const { cluster, user, values } = caller;
  subjectOf(caller);
  if (mayAny(cluster, user, "/access/groups", privileges)) return undefined;
  const allowed = (group: string): boolean =>
    mayAny(cluster, user, `/access/groups/${group}`, privileges);
  const mode = options.get("groups_param");
  if (mode !== undefined) {
    const groups = splitList(values.groups);
    if (groups.length === 0) return forbidden(`/access/groups, ${privileges.join("|")}`);
    const refused = groups.find((group) => !allowed(group));
    if (refused !== undefined) {
      return forbidden(`/access/groups/${refused}, ${privileges.join("|")}`);
    }
    if (mode === "create") return undefined;
  }
  const subject = subjectOf(caller);
  for (const [name, group] of cluster.table("access.groups")) {
    if (group.users.includes(subject) && allowed(name)) return undefined;
  }
  return forbidden();
}

/** The user that a call is about. */
function subjectOf({ values }: Caller): string {
  const subject = String(values.userid ?? "");
  const wrong = values.userid === undefined ? undefined : checkUserId(subject);
  if (wrong !== undefined) throw failed(wrong);
  return subject;
}

/** `userid-param`: it is the user itself, which no token is, or the user's realm may be filled. */
function checkUser(caller: Caller, test: string): ApiError | undefined {
  const subject = subjectOf(caller);
  if (test === "self") {
    return subject === caller.user ? undefined : forbidden();
  }
  const realm = subject.slice(subject.lastIndexOf("@") + 1);
  return missing(caller, `/access/realm/${realm}`, [test], false);
}
