/**
 * Which privileges a user or token has on a path: roles along the path, groups, pools, privilege
 * separation. The rules are those of PVE's access control.
 *
 * Tables read here: `access.users` userid → {enable, expire, …}; `access.tokens` `user@realm!id` →
 * {userid, tokenid, secret, expire, privsep, comment?}; `access.groups`, `access.roles`,
 * `access.acl` and `pools`.
 *
 * @module
 */
import type { AclEntry, RoleGrants } from "../core/tables.ts";
import type { Cluster } from "../core/cluster.ts";

/** Privileges on a path, each with 1 when it propagates and 0 when not. */
export type Privileges = Map<string, number>;

/** The user of a token `user@realm!id`, or the user itself. */
export function userOf(identity: string): string {
  return identity.split("!")[0] ?? identity;
}

/** Privileges of a user or token on a path; empty when there are none. */
export function privilegesOn(cluster: Cluster, identity: string, path: string): Privileges {
  if (identity === "root@pam") return grants(cluster, { Administrator: 1 });
  const user = userOf(identity);
  if (identity === user) return ofRoles(cluster, identity, path);
  const token = cluster.table("access.tokens").get(identity);
  if (!token) return new Map();
  const ofUser = privilegesOn(cluster, user, path);
  if (!Number(token.privsep)) return ofUser;
  const both: Privileges = new Map();
  for (const [privilege, propagate] of ofRoles(cluster, identity, path)) {
    const ofOwner = ofUser.get(privilege);
    if (ofOwner !== undefined) both.set(privilege, ofOwner && propagate);
  }
  return both;
}

/** Asks whether an identity has privileges on a path. */
export type PrivilegeCheck = (
  cluster: Cluster,
  identity: string,
  path: string,
  needed: readonly string[],
) => boolean;

/** True when all of the privileges are there. */
export const mayAll: PrivilegeCheck = (cluster, identity, path, needed) => {
  const has = privilegesOn(cluster, identity, path);
  return needed.every((privilege) => has.has(privilege));
};

/** True when at least one of the privileges is there. */
export const mayAny: PrivilegeCheck = (cluster, identity, path, needed) => {
  const has = privilegesOn(cluster, identity, path);
  return needed.some((privilege) => has.has(privilege));
};

/** True when the identity may see that a storage is there. */
export function maySeeStorage(cluster: Cluster, identity: string, storage: string): boolean {
  return mayAny(cluster, identity, `/storage/${storage}`, [
    "Datastore.Audit",
    "Datastore.AllocateSpace",
  ]);
}

/** True when the identity may change permissions on the path. */
export function mayModify(cluster: Cluster, identity: string, path: string): boolean {
  return mayAny(cluster, identity, path, modifyPrivileges(path));
}

/** Privileges of which one is needed to change permissions on the path. */
export function modifyPrivileges(path: string): string[] {
  const needed = ["Permissions.Modify"];
  if (/^\/storage\/./.test(path)) needed.push("Datastore.Allocate");
  else if (/^\/vms\/./.test(path)) needed.push("VM.Allocate");
  else if (/^\/pool\/./.test(path)) needed.push("Pool.Allocate");
  return needed;
}

function ofRoles(cluster: Cluster, identity: string, path: string): Privileges {
  let roles = rolesOn(cluster, identity, path);
  const pooled = poolRoles(cluster, identity, path);
  if (pooled && !("NoAccess" in roles)) {
    roles = "NoAccess" in pooled ? { NoAccess: 0 } : { ...pooled, ...roles };
  }
  return grants(cluster, roles);
}

function grants(cluster: Cluster, roles: RoleGrants): Privileges {
  const table = cluster.table("access.roles");
  const found: Privileges = new Map();
  for (const [role, propagate] of Object.entries(roles)) {
    for (const privilege of table.get(role)?.privs ?? []) {
      found.set(privilege, found.get(privilege) || propagate);
    }
  }
  return found;
}

/** Roles on a path; a deeper entry replaces those above, the token's before the user's. */
function rolesOn(cluster: Cluster, identity: string, path: string): RoleGrants {
  const acl = cluster.table("access.acl");
  let roles: RoleGrants = {};
  for (const step of steps(path)) {
    const entry = acl.get(step);
    if (!entry) continue;
    const final = step === path;
    const granted = effective(entry.tokens[identity], final) ??
      effective(entry.users[identity], final) ??
      ofGroups(cluster, entry, identity, final);
    if (granted) roles = granted;
  }
  return "NoAccess" in roles ? { NoAccess: roles.NoAccess ?? 0 } : roles;
}

function steps(path: string): string[] {
  if (path === "/") return ["/"];
  const found = ["/"];
  for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) {
    found.push(path.slice(0, at));
  }
  return [...found, path];
}

function effective(all: RoleGrants | undefined, final: boolean): RoleGrants | undefined {
  if (!all) return undefined;
  const kept = Object.entries(all).filter(([, propagate]) => final || propagate);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function ofGroups(
  cluster: Cluster,
  entry: AclEntry,
  identity: string,
  final: boolean,
): RoleGrants | undefined {
  let found: RoleGrants | undefined;
  for (const [group, all] of Object.entries(entry.groups)) {
    const members = cluster.table("access.groups").get(group)?.users;
    if (members?.includes(identity)) found = { ...found, ...effective(all, final) };
  }
  return found && Object.keys(found).length > 0 ? found : undefined;
}

function poolRoles(cluster: Cluster, identity: string, path: string): RoleGrants | undefined {
  const match = /^\/(vms|storage)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, kind, name = ""] = match;
  let found: RoleGrants | undefined;
  for (const [pool, { vms, storage }] of cluster.table("pools")) {
    if (!(kind === "vms" ? vms.has(Number(name)) : storage.has(name))) continue;
    for (const role of Object.keys(rolesOn(cluster, identity, `/pool/${pool}`))) {
      found = { ...found, [role]: 0 };
    }
  }
  return found;
}
