/**
 * Types of the entries that the tables of the cluster hold, by name of the table.
 *
 * @module
 */

/** One entry of a collection: whatever PVE keeps of it. */
export type Entry = Record<string, unknown>;

/** Roles of one user, group or token on a path: 1 when they propagate. */
export type RoleGrants = Record<string, number>;

/** What is granted on one path, by name of the user, group or token. */
export interface AclEntry extends Entry {
  users: Record<string, RoleGrants>;
  groups: Record<string, RoleGrants>;
  tokens: Record<string, RoleGrants>;
}

/** A group of users. */
export interface GroupEntry extends Entry {
  users: string[];
}

/** A role; `special` is 1 for PVE's own ones. */
export interface RoleEntry extends Entry {
  privs: string[];
  special: number;
}

/** Members of a pool. */
export interface PoolEntry extends Entry {
  vms: Set<number>;
  storage: Set<string>;
  comment?: string;
}

/** A source of packages, as apt's files have it. */
export interface Repository extends Entry {
  Components: string[];
  Enabled: number;
}

/** What disks of a node were made into; sizes are bytes. */
export interface DiskPool extends Entry {
  readonly kind: "lvm" | "lvmthin" | "zfs" | "directory";
  readonly devices: string[];
  readonly size: number;
}

/** A file of apt's sources. */
export interface RepositoryFile {
  readonly repositories: Repository[];
}

/** A set of addresses of the firewall. */
export interface AddressSet {
  entries: Entry[];
  readonly comment?: unknown;
}

/** An account at a certificate authority. */
export interface Account extends Entry {
  account: Entry;
}

/** What sends messages to targets. */
export interface Matcher extends Entry {
  target?: string[];
}

/** Types of entries by name of their table. */
export interface Tables {
  readonly "access.acl": AclEntry;
  readonly "access.groups": GroupEntry;
  readonly "access.roles": RoleEntry;
  readonly "access.csrf": { readonly user: string; readonly time: number };
  readonly "access.tfa": { entries: Entry[]; failures?: number };
  readonly "access.tickets": {
    readonly user: string;
    readonly challenge?: string;
    readonly time: number;
  };
  readonly "acme.accounts": Account;
  readonly "firewall.rules": { readonly rules: readonly Entry[] };
  readonly "notifications.matchers": Matcher;
  readonly "pools": PoolEntry;
  readonly "sdn.running": { readonly ids: Readonly<Record<string, Entry>> };
  readonly [apt: `apt.repositories/${string}`]: RepositoryFile;
  readonly [disks: `disk.pools/${string}`]: DiskPool;
  readonly [sets: `firewall.ipset/${string}`]: AddressSet;
  readonly [mapping: `mapping.${string}`]: Entry & { map?: string[] };
}

/** Type of the entries of a table. */
export type EntryOf<Name extends string> = Name extends keyof Tables ? Tables[Name] : Entry;
