/**
 * /access/roles: PVE's own roles, made from groups of privileges, and custom ones.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import type { Release } from "../core/model.ts";
import { list, named } from "../core/params.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import type { RoleEntry } from "../core/tables.ts";
import { isPrivilegeOf, privilegesIn } from "./release_privileges.ts";

interface PrivilegeGroup {
  readonly root?: readonly string[];
  readonly admin: readonly string[];
  readonly user?: readonly string[];
  readonly audit?: readonly string[];
}

/** Privileges of PVE 9.2 by area, and who is meant to have them. */
const PRIVILEGE_GROUPS: Readonly<Record<string, PrivilegeGroup>> = {
  VM: {
    admin: [
      ...["CPU", "Disk", "HWType", "Memory", "Network", "Options"].map((x) => `VM.Config.${x}`),
      ...["Allocate", "Clone", "Migrate", "Replicate", "Snapshot", "Snapshot.Rollback"]
        .map((x) => `VM.${x}`),
      "VM.GuestAgent.Unrestricted",
    ],
    user: [
      ...["Backup", "Config.CDROM", "Config.Cloudinit", "Console", "PowerMgmt"].map((x) =>
        `VM.${x}`
      ),
      ...["FileRead", "FileSystemMgmt", "FileWrite"].map((x) => `VM.GuestAgent.${x}`),
    ],
    audit: ["VM.Audit", "VM.GuestAgent.Audit"],
  },
  Sys: {
    root: [
      "Permissions.Modify",
      "Sys.AccessNetwork",
      "Sys.Incoming",
      "Sys.Modify",
      "Sys.PowerMgmt",
    ],
    admin: ["Sys.Console", "Sys.Syslog"],
    audit: ["Sys.Audit"],
  },
  Datastore: {
    admin: ["Datastore.Allocate", "Datastore.AllocateTemplate"],
    user: ["Datastore.AllocateSpace"],
    audit: ["Datastore.Audit"],
  },
  SDN: { admin: ["SDN.Allocate"], user: ["SDN.Use"], audit: ["SDN.Audit"] },
  User: {
    root: ["Realm.Allocate"],
    admin: ["Group.Allocate", "Realm.AllocateUser", "User.Modify"],
  },
  Pool: { admin: ["Pool.Allocate"], audit: ["Pool.Audit"], user: ["Pool.Audit"] },
  Mapping: { admin: ["Mapping.Modify"], user: ["Mapping.Use"], audit: ["Mapping.Audit"] },
};

/** The roles that PVE brings, with their privileges. */
function builtinRoles(release: Release): Map<string, Set<string>> {
  const roles = new Map<string, Set<string>>();
  const grant = (role: string, privileges: readonly string[]): void => {
    const has = roles.get(role) ?? new Set();
    for (const privilege of privilegesIn(release, privileges)) has.add(privilege);
    roles.set(role, has);
  };
  grant("NoAccess", []);
  for (
    const [area, { root = [], admin, user = [], audit = [] }] of Object.entries(PRIVILEGE_GROUPS)
  ) {
    grant("Administrator", [...root, ...admin, ...user, ...audit]);
    grant("PVEAdmin", [...admin, ...user, ...audit]);
    grant(`PVE${area}Admin`, [...admin, ...user, ...audit]);
    if (user.length > 0) grant(`PVE${area}User`, [...user, ...audit]);
    grant("PVEAuditor", audit);
  }
  roles.get("PVEAdmin")?.delete("Mapping.Modify");
  grant("PVETemplateUser", ["VM.Audit", "VM.Clone"]);
  return roles;
}

function roleTable(cluster: Cluster): Map<string, RoleEntry> {
  return cluster.table("access.roles");
}

function found(cluster: Cluster, role: string): RoleEntry {
  const entry = roleTable(cluster).get(role);
  if (!entry) throw failed(`role '${role}' does not exist`);
  return entry;
}

/** Puts privileges in order, each once. */
function privileges(...lists: readonly string[][]): string[] {
  return [...new Set(lists.flat())].sort();
}

/** The privileges of a call, each one of this release. */
function givenPrivileges(cluster: Cluster, call: Call): string[] {
  const names = list(call, "privs");
  const unknown = names.find((name) => !isPrivilegeOf(cluster.release, name));
  if (unknown) throw invalid({ privs: `invalid format - invalid privilege '${unknown}'\n` });
  return names;
}

function refuseBuiltin(cluster: Cluster, call: Call, verb: string): string {
  const role = named(call, "roleid");
  if (Number(roleTable(cluster).get(role)?.special)) {
    throw failed(`auto-generated role '${role}' cannot be ${verb}`);
  }
  return role;
}

/** Handlers of /access/roles. */
export const handlers: Handlers = {
  "GET /access/roles": (cluster) =>
    [...roleTable(cluster)].map(([roleid, { privs, special }]) => ({
      roleid,
      privs: privs.join(","),
      special,
    })),

  "GET /access/roles/{roleid}": (cluster, call) =>
    Object.fromEntries(
      found(cluster, named(call, "roleid")).privs.map((name) => [name, 1]),
    ),

  "POST /access/roles": (cluster, call) => {
    const role = named(call, "roleid");
    if (/^PVE/i.test(role)) {
      throw invalid({
        roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace",
      });
    }
    const requested = givenPrivileges(cluster, call);
    return during("create role failed", () => {
      if (roleTable(cluster).has(role)) throw failed(`role '${role}' already exists`);
      roleTable(cluster).set(role, { privs: privileges(requested), special: 0 });
      return null;
    });
  },

  "PUT /access/roles/{roleid}": (cluster, call) => {
    const role = refuseBuiltin(cluster, call, "modified");
    const requested = givenPrivileges(cluster, call);
    return during("update role failed", () => {
      const entry = found(cluster, role);
      const kept = call.params.append ? entry.privs : [];
      entry.privs = privileges(kept, requested);
      return null;
    });
  },

  "DELETE /access/roles/{roleid}": (cluster, call) => {
    const role = refuseBuiltin(cluster, call, "deleted");
    return during("delete role failed", () => {
      found(cluster, role);
      roleTable(cluster).delete(role);
      return null;
    });
  },
};

/** PVE's own roles and one of the company. */
export const seed: Seed = (cluster) => {
  for (const [role, has] of builtinRoles(cluster.release)) {
    roleTable(cluster).set(role, { privs: privileges([...has]), special: 1 });
  }
  roleTable(cluster).set("GuestOperator", {
    privs: ["VM.Audit", "VM.Backup", "VM.Console", "VM.PowerMgmt", "VM.Snapshot"],
    special: 0,
  });
};
