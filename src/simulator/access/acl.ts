/**
 * /access/acl and /access/permissions.
 *
 * @module
 */
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { flag, list, named, text } from "../core/params.ts";
import { during, failed, forbidden, invalid } from "../core/refusal.ts";
import type { AclEntry, Entry } from "../core/tables.ts";
import { foundUser } from "./lookups.ts";
import { mayAll, mayAny, mayModify, privilegesOn, userOf } from "./privileges.ts";

const KINDS = ["users", "groups", "tokens"] as const;
type Kind = (typeof KINDS)[number];

const NAME = "[A-Za-z0-9.\\-_]+";
/** Paths that PVE accepts in an ACL. */
const PATHS = new RegExp(
  "^(?:" + [
    "/",
    `/access(?:/(?:groups|realm)(?:/${NAME})?)?`,
    `/nodes(?:/${NAME})?`,
    `/pool(?:/${NAME}){0,3}`,
    "/sdn",
    `/sdn/(?:controllers|dns|fabrics|ipams)(?:/${NAME})?`,
    `/sdn/zones(?:/${NAME}(?:/${NAME}(?:/[1-9][0-9]{0,3})?)?)?`,
    `/storage(?:/${NAME})?`,
    "/vms(?:/[1-9][0-9]{2,})?",
    `/mapping(?:/${NAME}(?:/${NAME})?)?`,
  ].join("|") + ")$",
);

/** A path as PVE keeps it, or undefined when it has characters that no path has. */
function normalPath(path: string): string | undefined {
  const trimmed = `/${path}`.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
  return path !== "" && /^[A-Za-z0-9.\-_/]+$/.test(trimmed) ? trimmed : undefined;
}

function acl(cluster: Cluster): Map<string, AclEntry> {
  return cluster.table("access.acl");
}

/** Grants or takes a role on a path. */
export function grant(
  cluster: Cluster,
  path: string,
  kind: Kind,
  name: string,
  role: string,
  propagate = 1,
): void {
  const entry = acl(cluster).get(path) ?? { users: {}, groups: {}, tokens: {} };
  entry[kind][name] = { ...entry[kind][name], [role]: propagate };
  acl(cluster).set(path, entry);
}

function revoke(cluster: Cluster, path: string, kind: Kind, name: string, role: string): void {
  const entry = acl(cluster).get(path);
  const roles = entry?.[kind][name];
  if (!entry || !roles) return;
  delete roles[role];
  if (Object.keys(roles).length === 0) delete entry[kind][name];
  if (KINDS.every((each) => Object.keys(entry[each]).length === 0)) acl(cluster).delete(path);
}

function assertExists(cluster: Cluster, kind: Kind, name: string): void {
  if (kind === "groups" && !cluster.table("access.groups").has(name)) {
    throw failed(`group '${name}' does not exist`);
  }
  if (kind === "users" && !cluster.table("access.users").has(name)) {
    throw failed(`user '${name}' does not exist`);
  }
  if (kind === "tokens" && !cluster.table("access.tokens").has(name)) {
    foundUser(cluster, userOf(name));
    throw failed(`no such token '${name.split("!")[1]}' for user '${userOf(name)}'`);
  }
}

function change(cluster: Cluster, call: Call, path: string): null {
  const propagate = Number(flag(call, "propagate") ?? true);
  const holders = KINDS.flatMap((kind) => list(call, kind).map((name) => [kind, name] as const));
  for (const role of list(call, "roles")) {
    if (!cluster.table("access.roles").has(role)) throw failed(`role '${role}' does not exist`);
    for (const [kind, name] of holders) {
      assertExists(cluster, kind, name);
      if (flag(call, "delete")) revoke(cluster, path, kind, name, role);
      else grant(cluster, path, kind, name, role, propagate);
    }
  }
  return null;
}

function aclRows(cluster: Cluster, caller: string): Entry[] {
  const audit = mayAll(cluster, caller, "/access", ["Sys.Audit"]);
  const visible = [...acl(cluster)].sort(byName)
    .filter(([path]) => audit || mayModify(cluster, caller, path));
  return visible.flatMap(([path, entry]) =>
    KINDS.flatMap((kind) =>
      Object.entries(entry[kind]).flatMap(([ugid, roles]) =>
        Object.entries(roles).map(([roleid, propagate]) => ({
          path,
          type: kind.slice(0, -1),
          ugid,
          roleid,
          propagate,
        }))
      )
    )
  );
}

function knownPaths(cluster: Cluster): Set<string> {
  const top = ["", "access", "access/groups", "nodes", "pool", "sdn", "storage", "vms"];
  const paths = new Set([...top.map((name) => `/${name}`), ...acl(cluster).keys()]);
  for (const { vms, storage } of cluster.table("pools").values()) {
    for (const vmid of vms) paths.add(`/vms/${vmid}`);
    for (const name of storage) paths.add(`/storage/${name}`);
  }
  return paths;
}

/** Whose permissions are asked for; those of others need Sys.Audit. */
function subject(cluster: Cluster, call: Call): string {
  const userid = text(call, "userid") ?? call.user;
  const isSelf = userid === call.user || userOf(userid) === call.user;
  if (!isSelf && !mayAny(cluster, call.user, "/access", ["Sys.Audit"])) {
    throw forbidden("/access, Sys.Audit");
  }
  return userid;
}

/** Handlers of /access/acl and /access/permissions. */
export const handlers: Handlers = {
  "GET /access/acl": (cluster, call) => aclRows(cluster, call.user),

  "PUT /access/acl": (cluster, call) => {
    if (!KINDS.some((kind) => text(call, kind))) {
      const complaint = "either 'users', 'groups' or 'tokens' is required.";
      throw invalid({ users: complaint, groups: complaint, tokens: complaint });
    }
    const rawPath = named(call, "path");
    const path = normalPath(rawPath);
    if (path === undefined || (!flag(call, "delete") && !PATHS.test(path))) {
      throw invalid({ path: `invalid ACL path '${rawPath}'` });
    }
    return during("ACL update failed", () => change(cluster, call, path));
  },

  "GET /access/permissions": (cluster, call) => {
    const userid = subject(cluster, call);
    const rawPath = text(call, "path");
    const path = rawPath === undefined ? undefined : normalPath(rawPath);
    if (rawPath !== undefined && path === undefined) {
      throw invalid({ path: `invalid ACL path '${rawPath}'` });
    }
    const answer: Record<string, Entry> = {};
    for (const each of path === undefined ? knownPaths(cluster) : [path]) {
      const has = privilegesOn(cluster, userid, each);
      if (has.size > 0 || path !== undefined) answer[each] = Object.fromEntries(has);
    }
    return answer;
  },
};
