/**
 * Rows that PVE leaves out of a list for lack of a privilege, and does not say so. Source: the
 * permission checks in the handlers of PVE's API modules.
 *
 * @module
 */
import type { Operation } from "./api.ts";
import { type Check, coverageOfCheck, type PermissionMap } from "./coverage.ts";
import type { Args } from "./encode.ts";
import { isNumber } from "./guests.ts";

/** A kind of rows that an operation lists for those alone who pass a check. */
export interface HiddenRows {
  /** `backups`, `tasks of others` */
  readonly what: string;
  readonly check: Check;
  /** The content that it is about, where an operation lists several. */
  readonly content?: RegExp;
  /**
   * Who lacks it may yet see some: others are listed to everybody, or by rights on paths of their
   * own.
   */
  readonly isPart?: true;
}

function any(path: string, ...privileges: readonly string[]): Check {
  return ["perm", path, privileges, "any", 1];
}

/** Volumes of a guest: by rights on both, or all that lies on the storage. */
function ofGuest(onGuest: string, onStorage: string): Check {
  const both = ["and", any("/vms/{vmid}", onGuest), any("/storage/{storage}", onStorage)];
  return ["or", both, any("/storage/{storage}", "Datastore.Allocate")];
}

/** Guests, as the cluster and its nodes list them. */
export const GUESTS: HiddenRows = { what: "guests", check: any("/vms/{vmid}", "VM.Audit") };
/** Storages, as the cluster and its nodes list them. */
export const STORAGES: HiddenRows = {
  what: "storages",
  check: any("/storage/{storage}", "Datastore.Audit", "Datastore.AllocateSpace"),
};
const DISKS: HiddenRows = {
  what: "disks",
  content: /^(?:images|rootdir)$/,
  check: ofGuest("VM.Config.Disk", "Datastore.Audit"),
};

/** Backups, as storages list them. */
export const BACKUPS: HiddenRows = {
  what: "backups",
  content: /^backup$/,
  check: ofGuest("VM.Backup", "Datastore.AllocateSpace"),
};

/** By what the path ends in. */
const HIDDEN: readonly (readonly [path: RegExp, ...rows: readonly HiddenRows[]])[] = [
  [
    /^\/cluster\/resources$/,
    { ...GUESTS, content: /^(?!storage$)/ },
    { ...STORAGES, content: /^(?!guest$)/ },
  ],
  [/\/(?:qemu|lxc)$/, GUESTS],
  [/\/replication$/, { what: "replication jobs", check: GUESTS.check }],
  [/\/storage$/, STORAGES],
  [/\/storage\/\{storage\}\/content$/, DISKS, BACKUPS],
  [/^\/pools$/, { what: "pools", check: any("/pool/{poolid}", "Pool.Audit") }],
  [/^\/access\/(?:users|tfa)$/, {
    what: "other users",
    check: any("/access/groups", "User.Modify", "Sys.Audit"),
    isPart: true,
  }],
  [/^\/access\/groups$/, {
    what: "groups",
    check: any("/access/groups", "User.Modify", "Sys.Audit", "Group.Allocate"),
    isPart: true,
  }],
  [/^\/access\/acl$/, {
    what: "permissions",
    check: ["or", any("/access", "Sys.Audit"), ["perm-modify", "{path}"]],
    isPart: true,
  }],
  [/\/tasks$/, {
    what: "tasks of others",
    check: any("/nodes/{node}", "Sys.Audit"),
    isPart: true,
  }],
  [/^\/cluster\/log$/, {
    what: "entries of others",
    check: any("/", "Sys.Syslog"),
    isPart: true,
  }],
  [/^\/cluster\/mapping\//, {
    what: "mappings",
    check: any("/mapping", "Mapping.Audit", "Mapping.Use", "Mapping.Modify"),
    isPart: true,
  }],
  [/^\/cluster\/notifications\//, {
    what: "notification targets and matchers",
    check: any("/mapping/notifications", "Mapping.Audit", "Mapping.Use", "Mapping.Modify"),
    isPart: true,
  }],
  [/\/sdn\//, { what: "SDN objects", check: any("/sdn", "SDN.Audit"), isPart: true }],
];

/**
 * What an operation may leave out.
 *
 * @param content The content that is asked for; without it, all.
 */
export function hiddenRows(operation: Operation, content?: unknown): readonly HiddenRows[] {
  const path = operation.slice(operation.indexOf(" ") + 1);
  const [, ...rows] = HIDDEN.find(([each]) => each.test(path)) ?? [/^/];
  return rows.filter((each) =>
    content === undefined || each.content === undefined || each.content.test(String(content))
  );
}

/** A check with the paths of what is asked for; what is not named there, by its number, stays open. */
function about(check: Check, args: Args): Check {
  const filled = (slot: string, name: string): string => {
    const value = args[name];
    return value === undefined || (name === "vmid" && !isNumber(String(value)))
      ? slot
      : String(value);
  };
  return check.map((part) =>
    Array.isArray(part)
      ? about(part, args)
      : typeof part === "string"
      ? part.replace(/\{(\w+)\}/g, filled)
      : part
  );
}

/** How far a token with these permissions sees rows of a kind, and what it lacks for the others. */
export function sightOf(
  { check }: HiddenRows,
  permissions: PermissionMap,
  args: Args = {},
): ReturnType<typeof coverageOfCheck> {
  return coverageOfCheck(about(check, args), permissions);
}

/** `VM.Backup on /vms and Datastore.AllocateSpace on /storage, or Datastore.Allocate on /storage` */
export function takes({ check }: HiddenRows, args: Args = {}): string {
  // To who may do nothing, what a check takes is what is lacking.
  return coverageOfCheck(about(check, args), {}).lacks.map(shortPath).join(" and ");
}

/** What is granted on `/vms` comes down to each guest. */
export function shortPath(text: string): string {
  return text.replace(/\/\{\w+\}/g, "");
}
