/**
 * What a place with a Proxmox VE of its own is described by: its nodes, storages and guests, as
 * data.
 *
 * @module
 */
import type { GuestConfig, GuestType, Release } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";

/** A node: memory in GiB, days since the last start. */
export interface SeedNode {
  readonly name: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly days: number;
}

/** A storage with its room. */
export interface SeedStorage {
  readonly definition: Entry;
  /** Bytes. */
  readonly total: number;
  /** Bytes taken by what is not a volume. */
  readonly other: number;
}

/** A guest. */
export interface SeedGuest {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly name: string;
  readonly state: string;
  readonly cores: number;
  /** MiB. */
  readonly memory: number;
  /** Disk or root: storage and size in GiB. */
  readonly storage: string;
  readonly gib: number;
  readonly tags: string;
}

/** What some of the guests have beyond the others. */
export interface SeedExtras {
  readonly config?: GuestConfig;
  /** Values that wait for the next start. */
  readonly pending?: GuestConfig;
  /** Names of snapshots, each the parent of the next. */
  readonly snapshots?: readonly string[];
  /** A second disk: storage and size in GiB. */
  readonly scsi1?: readonly [storage: string, gib: number];
  /** A guest agent is configured, and answers or not. */
  readonly agent?: boolean;
}

/** A place with a cluster, or with a single node. */
export interface Site {
  /** Name of the cluster; a single node has none. */
  readonly cluster?: string;
  readonly description: string;
  readonly release: Release;
  /** The first three parts of the addresses of its nodes. */
  readonly network: string;
  /** The second group of digits in the secrets of its tokens, which are those of no other site. */
  readonly secretMark?: string;
  readonly nodes: readonly SeedNode[];
  /** Storages by name. */
  readonly storages: Readonly<Record<string, SeedStorage>>;
  /** Files: storage, name within it, size in MiB. */
  readonly files: readonly (readonly [storage: string, name: string, mib: number])[];
  readonly guests: readonly SeedGuest[];
  /** What is special about some of the guests, by number. */
  readonly extras: Readonly<Record<number, SeedExtras>>;
  /** Backups: guest, storage, days ago. */
  readonly backups: readonly (readonly [vmid: number, storage: string, daysAgo: number])[];
}

/** The secret of a token as a site has it. */
export function secretAt({ secretMark }: Site, secret: string): string {
  return secretMark === undefined ? secret : secret.replace(/-[^-]+/, `-${secretMark}`);
}

function parseGuest(line: string): SeedGuest {
  const [
    vmid,
    type,
    node = "",
    name = "",
    state = "",
    cores,
    memory,
    storage = "",
    gib,
    tags = "",
  ] = line.split(" ");
  return {
    vmid: Number(vmid),
    type: type === "lxc" ? "lxc" : "qemu",
    ...{ node, name, state, storage, tags },
    cores: Number(cores),
    memory: Number(memory),
    gib: Number(gib),
  };
}

/** The password of root at a site. */
export function passwordAt({ secretMark }: Site): string {
  return secretMark === undefined ? "proxmox-demo" : `proxmox-demo-${secretMark}`;
}

/** Guests of a table: number, type, node, name, state, cores, memory, storage, GiB and tags. */
export function guestsOf(table: string): SeedGuest[] {
  return table.trim().split("\n").map(parseGuest);
}
