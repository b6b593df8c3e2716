/**
 * What a token may do: the check expressions of the API facts held against the answer of
 * `GET /access/permissions`.
 *
 * @module
 */
import { type OperationFact, refusesTokens } from "./api.ts";

/** Privileges by path, each with 1 when it is also for what is below; as PVE answers it. */
export type PermissionMap = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** For how many of the objects that an operation can be about it is allowed. */
export type Reach = "all" | "some" | "none";

/** How far an operation is allowed, and what is lacking where it is not. */
export interface Coverage {
  readonly reach: Reach;
  /** `VM.PowerMgmt on /vms/{vmid}`; empty when it is allowed for all. */
  readonly lacks: readonly string[];
}

/** A check as the API facts state it: `["perm", "/vms/{vmid}", ["VM.Audit"]]`. */
export type Check = readonly unknown[];

const ORDER: readonly Reach[] = ["none", "some", "all"];
const ALL: Coverage = { reach: "all", lacks: [] };

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Privileges on a path; PVE lists only some paths, others have what comes down to them. */
export function privilegesOn(path: string, permissions: PermissionMap): Set<string> {
  const own = permissions[path];
  return own ? new Set(Object.keys(own)) : inheritedOn(path, permissions);
}

/** Privileges that come down to a path from above. */
export function inheritedOn(path: string, permissions: PermissionMap): Set<string> {
  for (let at = path; at !== "/";) {
    at = parentOf(at);
    const above = permissions[at];
    if (above) return new Set(Object.keys(above).filter((name) => above[name]));
  }
  return new Set();
}

/** Paths that PVE lists and that a path with placeholders stands for. */
function instancesOf(template: string, permissions: PermissionMap): string[] {
  const pattern = template.split(/\{\w+\}/).map((part) => RegExp.escape(part)).join("[^/]+");
  const instance = new RegExp(`^${pattern}$`);
  return Object.keys(permissions).filter((path) => instance.test(path));
}

/** What comes down from a pool to its members, those to come as well, whose paths PVE lists not yet. */
const OF_POOLS = /^\/(?:vms|storage)\/\{/;

/** Pools, where their members may be what a path with a placeholder stands for. */
function poolsFor(template: string, permissions: PermissionMap): string[] {
  return OF_POOLS.test(template)
    ? Object.keys(permissions).filter((path) => path.startsWith("/pool/"))
    : [];
}

interface Requirement {
  readonly path: string;
  readonly privileges: readonly string[];
  /** One of them is enough. */
  readonly any: boolean;
}

/** Before 9, VM.Monitor is what the privileges of the guest agent are since. */
function holds(has: ReadonlySet<string>, name: string): boolean {
  return has.has(name) || (name.startsWith("VM.GuestAgent.") && has.has("VM.Monitor"));
}

function missing({ privileges, any }: Requirement, has: ReadonlySet<string>): string[] {
  const lacking = privileges.filter((name) => !holds(has, name));
  return any && lacking.length < privileges.length ? [] : lacking;
}

function coverageOn(demand: Requirement, permissions: PermissionMap): Coverage {
  const { path, any } = demand;
  const instances = path.includes("{") ? instancesOf(path, permissions) : [];
  const lacking = missing(demand, privilegesOn(path, permissions));
  const places = [
    lacking,
    ...instances.map((each) => missing(demand, privilegesOn(each, permissions))),
  ];
  const satisfied = places.filter((each) => each.length === 0).length;
  if (satisfied === places.length) return ALL;
  const byPool = poolsFor(path, permissions)
    .some((pool) => missing(demand, privilegesOn(pool, permissions)).length === 0);
  const names = lacking.length > 0 ? lacking : demand.privileges;
  return {
    reach: satisfied > 0 || byPool ? "some" : "none",
    lacks: [`${names.join(any ? " or " : " and ")} on ${path}`],
  };
}

function worst(parts: readonly Coverage[]): Coverage {
  const reach = Math.min(...parts.map((part) => ORDER.indexOf(part.reach)));
  return {
    reach: ORDER[reach] ?? "none",
    lacks: [...new Set(parts.flatMap((part) => part.lacks))],
  };
}

function best(parts: readonly Coverage[]): Coverage {
  const reach = Math.max(...parts.map((part) => ORDER.indexOf(part.reach)));
  if (reach === ORDER.indexOf("all")) return ALL;
  const ways = parts.map(({ lacks }) => lacks.join(" and "));
  const isLong = parts.some(({ lacks }) => lacks.length > 1);
  return { reach: ORDER[reach] ?? "none", lacks: [ways.join(isLong ? ", or " : " or ")] };
}

/** PVE compares the whole name: a token is never the user that it belongs to. */
const onlyOwn: Coverage = { reach: "none", lacks: ["being that user"] };

/** What lets a token change permissions below a path, beside Permissions.Modify itself. */
const MODIFIERS: Readonly<Record<string, string>> = {
  storage: "Datastore.Allocate",
  vms: "VM.Allocate",
  pool: "Pool.Allocate",
};

/** The privileges of which one lets a token change permissions on a path. */
export function modifyPrivileges(path: string): string[] {
  const [, top = "", below] = path.split("/");
  const modifier = below === undefined ? undefined : MODIFIERS[top];
  return ["Permissions.Modify", ...(modifier === undefined ? [] : [modifier])];
}

/** Who may change permissions on one path at least may use the operation for that path. */
function coverageOfModify(permissions: PermissionMap): Coverage {
  if (privilegesOn("/{path}", permissions).has("Permissions.Modify")) return ALL;
  const somewhere = Object.entries(permissions).some(([path, privileges]) => {
    const modifier = MODIFIERS[path.split("/")[1] ?? ""];
    return "Permissions.Modify" in privileges ||
      (modifier !== undefined && modifier in privileges);
  });
  return { reach: somewhere ? "some" : "none", lacks: ["Permissions.Modify on {path}"] };
}

/** How far a token with these permissions passes a check. */
export function coverageOfCheck(check: Check, permissions: PermissionMap): Coverage {
  const [kind, ...rest] = check;
  const parts = (): Coverage[] => rest.map((each) => coverageOfCheck(each as Check, permissions));
  const on = (path: string, privileges: readonly string[], any = false): Coverage =>
    coverageOn({ path, privileges, any }, permissions);
  switch (kind) {
    case "perm": {
      const [path, privileges] = rest as [string, readonly string[]];
      return on(path, privileges, rest.includes("any"));
    }
    case "and":
      return worst(parts());
    case "or":
      return best(parts());
    case "userid-param":
      return rest[0] === "self" ? onlyOwn : on("/access/realm/{realm}", [String(rest[0])]);
    case "userid-group":
      return on("/access/groups/{groupid}", rest[0] as readonly string[], true);
    case "perm-modify":
      return coverageOfModify(permissions);
    default:
      throw new TypeError(`Cannot read the check "${String(kind)}" of the API facts`);
  }
}

/** How far a token with these permissions may call an operation. */
export function coverageOf(fact: OperationFact, permissions: PermissionMap): Coverage {
  if (refusesTokens(fact)) {
    const who = fact.permissions === null ? "a login as root@pam" : "a login with a password";
    return { reach: "none", lacks: [`${who} (PROXMOX_PASSWORD_FILE): no API token may`] };
  }
  const { user, check } = fact.permissions ?? {};
  // PVE looks at the check only where it does not name who may: anybody, or any login.
  return check && user === undefined ? coverageOfCheck(check, permissions) : ALL;
}

/** How far an action is allowed that can mean several operations. */
export function coverageOfAny(
  facts: readonly OperationFact[],
  permissions: PermissionMap,
): Coverage {
  const parts = facts.map((fact) => coverageOf(fact, permissions));
  const { lacks } = worst(parts);
  if (parts.every(({ reach }) => reach === "all")) return ALL;
  return { reach: parts.every(({ reach }) => reach === "none") ? "none" : "some", lacks };
}
