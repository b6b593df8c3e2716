/**
 * What the embedded cluster is made of: nodes, guests, snapshots, volumes.
 *
 * @module
 */

/** Releases of Proxmox VE that can be embedded. */
export type Release = "8.4" | "9.2";

/** VM or container, as PVE's paths call them. */
export type GuestType = "qemu" | "lxc";

/** A guest's configuration as its file holds it. */
export type GuestConfig = Record<string, string | number>;

/** A node of the cluster. */
export interface SimNode {
  readonly name: string;
  readonly nodeid: number;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Seconds since 1970. */
  bootTime: number;
  /** Down until then (seconds since 1970); Infinity when it was shut down. */
  downUntil: number;
  /** Seed of its load. */
  readonly load: number;
}

/** A state that a guest can go back to. */
export interface Snapshot {
  readonly config: GuestConfig;
  /** Seconds since 1970. */
  readonly snaptime: number;
  description?: string;
  parent?: string;
  /** The memory was kept as well. */
  readonly vmstate: boolean;
}

/** A VM or a container. */
export interface Guest {
  readonly vmid: number;
  readonly type: GuestType;
  node: string;
  status: "running" | "stopped";
  /** Of a running VM: what QEMU says. */
  qmpstatus: "running" | "paused" | "suspended";
  /** Seconds since 1970; counts while it runs. */
  startTime: number;
  pid: number;
  config: GuestConfig;
  /** Values that take effect at the next start. */
  pending: GuestConfig;
  /** Keys that go at the next start; true removes their volumes as well. */
  pendingDelete: Map<string, boolean>;
  snapshots: Map<string, Snapshot>;
  /** Seed of its load, 0 to 1. */
  readonly load: number;
  /** Of a VM: when its process ended last, in milliseconds since 1970. */
  endedMs?: number;
  /** Of a VM: PVE cleans up after an earlier process until then, and holds its configuration. */
  heldUntilMs?: number;
  /** A guest agent answers inside. */
  agentRuns: boolean;
}

/** Something on a storage. */
export interface Volume {
  readonly volid: string;
  readonly content: "images" | "rootdir" | "iso" | "vztmpl" | "backup" | "snippets" | "import";
  readonly format: string;
  /** Bytes. */
  size: number;
  /** Bytes on the storage, where it takes less than its size. */
  used?: number;
  vmid?: number;
  /** Seconds since 1970. */
  readonly ctime: number;
  notes?: string;
  protected?: boolean;
  /** Base of a linked clone. */
  parent?: string;
  /** Of a backup: what it holds. */
  readonly backup?: BackupContent;
}

/** What a backup restores. */
export interface BackupContent {
  readonly type: GuestType;
  readonly config: GuestConfig;
  /** Sizes of its volumes in bytes, by their key in the configuration. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly agentRuns: boolean;
}
