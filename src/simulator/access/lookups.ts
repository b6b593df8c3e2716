/**
 * Users, groups and tokens by name, for everything under /access.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { mayAny } from "./privileges.ts";

/** A user by name; refuses an unknown one. */
export function foundUser(cluster: Cluster, userid: string): Entry {
  const user = cluster.table("access.users").get(userid);
  if (!user) throw failed(`no such user ('${userid}')`);
  return user;
}

/** Names of the groups of a user. */
export function groupsOf(cluster: Cluster, userid: string): string[] {
  return [...cluster.table("access.groups")]
    .filter(([, group]) => group.users.includes(userid))
    .map(([name]) => name);
}

/** The realm in a user's name. */
export function realmOf(userid: string): string {
  return userid.slice(userid.lastIndexOf("@") + 1);
}

/** True when the caller may see the user: itself, all of them, or one of a group it may see. */
export function seesUser(cluster: Cluster, caller: string, userid: string): boolean {
  const needed = ["User.Modify", "Sys.Audit"];
  if (userid === caller || mayAny(cluster, caller, "/access/groups", needed)) return true;
  return groupsOf(cluster, userid)
    .some((group) => mayAny(cluster, caller, `/access/groups/${group}`, needed));
}

/** What anyone may know of a token. */
export function tokenInfo({ expire, privsep, comment }: Entry): Entry {
  return comment === undefined ? { expire, privsep } : { expire, privsep, comment };
}

/** What anyone may know of the tokens of a user, by token id. */
export function tokensOf(cluster: Cluster, userid: string): Record<string, Entry> {
  const found: Record<string, Entry> = {};
  for (const token of cluster.table("access.tokens").values()) {
    if (token.userid === userid) found[String(token.tokenid)] = tokenInfo(token);
  }
  return found;
}

/** Removes what the ACL grants to a user, group or token. */
export function dropGrants(
  cluster: Cluster,
  kind: "users" | "groups" | "tokens",
  name: string,
): void {
  for (const entry of cluster.table("access.acl").values()) delete entry[kind][name];
}
