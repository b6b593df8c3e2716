/**
 * /access/users and /access/groups.
 *
 * @module
 */
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, flag, list, named } from "../core/params.ts";
import { during, failed } from "../core/refusal.ts";
import type { Entry, GroupEntry } from "../core/tables.ts";
import { dropGrants, foundUser, groupsOf, realmOf, seesUser, tokensOf } from "./lookups.ts";
import { mayAny } from "./privileges.ts";

/** Fields that PVE drops when they are set to nothing. */
const TEXTS = ["firstname", "lastname", "email", "comment", "keys"];

function users(cluster: Cluster): Map<string, Entry> {
  return cluster.table("access.users");
}

function groups(cluster: Cluster): Map<string, GroupEntry> {
  return cluster.table("access.groups");
}

function foundGroup(cluster: Cluster, group: string): GroupEntry {
  const entry = groups(cluster).get(group);
  if (!entry) throw failed(`group '${group}' does not exist`);
  return entry;
}

/** Puts the user into the groups of the call; a group that does not exist changes nothing. */
function joinGroups(cluster: Cluster, userid: string, call: Call): void {
  const names = list(call, "groups");
  const unknown = names.find((name) => !groups(cluster).has(name));
  if (unknown !== undefined) throw failed(`no such group '${unknown}'`);
  if (call.params.groups !== undefined && !flag(call, "append")) leaveGroups(cluster, userid);
  for (const name of names) {
    const members = groups(cluster).get(name)?.users;
    if (!members?.includes(userid)) members?.push(userid);
  }
}

function leaveGroups(cluster: Cluster, userid: string): void {
  for (const group of groups(cluster).values()) {
    group.users = group.users.filter((member) => member !== userid);
  }
}

function setPassword(cluster: Cluster, userid: string, password: string): void {
  const realm = realmOf(userid);
  const type = cluster.table("access.domains").get(realm)?.type;
  if (type === undefined) throw failed(`auth domain '${realm}' does not exist`);
  if (type !== "pve" && type !== "pam") {
    throw failed(`can't set password on auth type '${type}'`);
  }
  cluster.table("access.shadow").set(userid, { password });
}

function withoutEmpty<E extends Entry>(entry: E): E {
  for (const name of TEXTS) if (entry[name] === "") delete entry[name];
  return entry;
}

function userRow(cluster: Cluster, userid: string, full: boolean): Entry {
  const row: Entry = { userid, ...foundUser(cluster, userid) };
  const type = cluster.table("access.domains").get(realmOf(userid))?.type;
  if (type !== undefined) row["realm-type"] = type;
  if (!full) return row;
  row.groups = groupsOf(cluster, userid).join(",");
  const tokens = Object.entries(tokensOf(cluster, userid));
  if (tokens.length > 0) row.tokens = tokens.map(([tokenid, token]) => ({ tokenid, ...token }));
  return row;
}

/** Handlers of /access/users, /access/groups and the password change. */
export const handlers: Handlers = {
  "GET /access/users": (cluster, call) => {
    const enabled = flag(call, "enabled");
    return [...users(cluster)].sort(byName)
      .filter(([userid, { enable }]) =>
        seesUser(cluster, call.user, userid) &&
        (enabled === undefined || enabled === Boolean(enable))
      )
      .map(([userid]) => userRow(cluster, userid, flag(call, "full") ?? false));
  },

  "GET /access/users/{userid}": (cluster, call) => {
    const userid = named(call, "userid");
    const answer: Entry = { ...foundUser(cluster, userid), groups: groupsOf(cluster, userid) };
    const tokens = tokensOf(cluster, userid);
    return { ...answer, tokens: Object.keys(tokens).length > 0 ? tokens : null };
  },

  "POST /access/users": (cluster, call) =>
    during("create user failed", () => {
      const userid = named(call, "userid");
      if (users(cluster).has(userid)) throw failed(`user '${userid}' already exists`);
      const { password } = call.params;
      if (password !== undefined) setPassword(cluster, userid, String(password));
      joinGroups(cluster, userid, call);
      const settings = fields(call, ["userid", "password", "groups"]);
      users(cluster).set(userid, withoutEmpty({ enable: 1, expire: 0, ...settings }));
      return null;
    }),

  "PUT /access/users/{userid}": (cluster, call) => {
    const userid = named(call, "userid");
    const user = foundUser(cluster, userid);
    return during("update user failed", () => {
      joinGroups(cluster, userid, call);
      users(cluster).set(
        userid,
        withoutEmpty({ ...user, ...fields(call, ["groups", "append"]) }),
      );
      return null;
    });
  },

  "DELETE /access/users/{userid}": (cluster, call) => {
    const userid = named(call, "userid");
    foundUser(cluster, userid);
    leaveGroups(cluster, userid);
    dropGrants(cluster, "users", userid);
    for (const tokenid of Object.keys(tokensOf(cluster, userid))) {
      dropGrants(cluster, "tokens", `${userid}!${tokenid}`);
      cluster.table("access.tokens").delete(`${userid}!${tokenid}`);
    }
    cluster.table("access.tfa").delete(userid);
    cluster.table("access.shadow").delete(userid);
    users(cluster).delete(userid);
    if (userid === "root@pam") users(cluster).set(userid, { enable: 1, expire: 0 });
    return null;
  },

  "GET /access/groups": (cluster, call) =>
    [...groups(cluster)]
      .filter(([name]) =>
        mayAny(cluster, call.user, `/access/groups/${name}`, [
          "User.Modify",
          "Sys.Audit",
          "Group.Allocate",
        ])
      )
      .map(([groupid, group]) => ({
        ...group,
        groupid,
        users: [...group.users].sort().join(","),
      })),

  "GET /access/groups/{groupid}": (cluster, call) => {
    const { users: members, ...rest } = foundGroup(cluster, named(call, "groupid"));
    return { ...rest, members };
  },

  "POST /access/groups": (cluster, call) =>
    during("create group failed", () => {
      const group = named(call, "groupid");
      if (groups(cluster).has(group)) throw failed(`group '${group}' already exists`);
      groups(cluster).set(group, withoutEmpty({ ...fields(call, ["groupid"]), users: [] }));
      return null;
    }),

  "PUT /access/groups/{groupid}": (cluster, call) =>
    during("update group failed", () => {
      const group = named(call, "groupid");
      const entry = foundGroup(cluster, group);
      groups(cluster).set(group, withoutEmpty({ ...entry, ...fields(call) }));
      return null;
    }),

  "DELETE /access/groups/{groupid}": (cluster, call) =>
    during("delete group failed", () => {
      const group = named(call, "groupid");
      foundGroup(cluster, group);
      dropGrants(cluster, "groups", group);
      groups(cluster).delete(group);
      return null;
    }),

  "PUT /access/password": (cluster, call) => {
    foundUser(cluster, named(call, "userid"));
    setPassword(cluster, named(call, "userid"), named(call, "password"));
    return null;
  },
};
