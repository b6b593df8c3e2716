/**
 * The company that the embedded PVE serves: its nodes, storages and guests, as data.
 *
 * @module
 */
import type { GuestConfig, GuestType } from "../core/model.ts";
import type { Entry } from "../types.ts";

const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** Nodes: name, address, cores, memory in GiB, days since the last start. */
export const NODES = [
  { name: "pve1", ip: "192.0.2.11", cores: 32, memoryGib: 128, days: 41 },
  { name: "pve2", ip: "192.0.2.12", cores: 32, memoryGib: 128, days: 41 },
  { name: "pve3", ip: "192.0.2.13", cores: 16, memoryGib: 64, days: 12 },
] as const;

/** A storage with its room. */
export interface SeedStorage {
  readonly definition: Entry;
  /** Bytes. */
  readonly total: number;
  /** Bytes taken by what is not a volume. */
  readonly other: number;
}

/** Storages by name. */
export const STORAGES: Readonly<Record<string, SeedStorage>> = {
  "local": {
    definition: {
      type: "dir",
      path: "/var/lib/vz",
      content: "iso,vztmpl,backup,snippets,import",
      "prune-backups": "keep-all=1",
    },
    total: 94 * GIB,
    other: 11 * GIB,
  },
  "local-lvm": {
    definition: { type: "lvmthin", vgname: "pve", thinpool: "data", content: "images,rootdir" },
    total: 1.7 * TIB,
    other: 0,
  },
  "tank": {
    definition: {
      type: "zfspool",
      pool: "tank/vmdata",
      content: "images,rootdir",
      sparse: 1,
      mountpoint: "/tank/vmdata",
    },
    total: 3.6 * TIB,
    other: 96 * 1024,
  },
  "ceph-vm": {
    definition: { type: "rbd", pool: "vm", content: "images,rootdir", krbd: 0 },
    total: 8 * TIB,
    other: 0,
  },
  "nas": {
    definition: {
      type: "nfs",
      server: "192.0.2.50",
      export: "/export/pve",
      path: "/mnt/pve/nas",
      content: "iso,vztmpl,backup,images,snippets",
      "prune-backups": "keep-daily=7,keep-weekly=4,keep-monthly=6",
    },
    total: 16 * TIB,
    other: 5.2 * TIB,
  },
  "pbs": {
    definition: {
      type: "pbs",
      server: "192.0.2.51",
      datastore: "main",
      username: "backup@pbs",
      fingerprint: "A1:".repeat(31) + "A1",
      content: "backup",
    },
    total: 20 * TIB,
    other: 7.9 * TIB,
  },
  "scratch": {
    definition: { type: "lvm", vgname: "scratch", content: "images,rootdir", nodes: "pve3" },
    total: 40 * GIB,
    other: 36 * GIB,
  },
  "old-nas": {
    definition: {
      type: "cifs",
      server: "192.0.2.40",
      share: "archive",
      path: "/mnt/pve/old-nas",
      content: "backup",
      disable: 1,
    },
    total: 2 * TIB,
    other: 2 * TIB,
  },
};

/** Files: storage, name within it, size in MiB. */
export const FILES: readonly (readonly [storage: string, name: string, mib: number])[] = [
  ["local", "iso/debian-13.2.0-amd64-netinst.iso", 783],
  ["local", "iso/virtio-win-0.1.285.iso", 754],
  ["local", "vztmpl/debian-12-standard_12.12-1_amd64.tar.zst", 124],
  ["local", "vztmpl/alpine-3.22-default_20250617_amd64.tar.xz", 3],
  ["local", "snippets/web-init.yaml", 1],
  ["nas", "iso/ubuntu-24.04.3-live-server-amd64.iso", 3_152],
  ["nas", "iso/debian-13.2.0-amd64-netinst.iso", 783],
  ["nas", "vztmpl/debian-12-standard_12.12-1_amd64.tar.zst", 124],
  ["nas", "vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst", 135],
];

/** A guest of the company. */
export interface SeedGuest {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly name: string;
  /** Running when absent. */
  readonly state?: "stopped" | "paused";
  readonly cores: number;
  readonly memory: number;
  /** Disk or root: storage and size in GiB. */
  readonly disk: readonly [storage: string, gib: number];
  readonly extra?: readonly [key: string, storage: string, gib: number];
  readonly config?: GuestConfig;
  /** Values that wait for the next start. */
  readonly pending?: GuestConfig;
  /** Names of snapshots, each the parent of the next. */
  readonly snapshots?: readonly string[];
  readonly agent?: boolean;
}

/** The guests. */
export const GUESTS: readonly SeedGuest[] = [
  {
    vmid: 100,
    type: "qemu",
    node: "pve1",
    name: "web01",
    cores: 4,
    memory: 8192,
    disk: ["ceph-vm", 40],
    config: { tags: "production;web", onboot: 1, description: "Public web server\n" },
    agent: true,
  },
  {
    vmid: 101,
    type: "qemu",
    node: "pve2",
    name: "web02",
    cores: 4,
    memory: 8192,
    disk: ["ceph-vm", 40],
    config: { tags: "production;web", onboot: 1 },
    agent: true,
  },
  {
    vmid: 102,
    type: "qemu",
    node: "pve2",
    name: "db01",
    cores: 8,
    memory: 32768,
    disk: ["ceph-vm", 64],
    extra: ["scsi1", "ceph-vm", 256],
    config: { tags: "database;production", onboot: 1, description: "PostgreSQL, primary\n" },
    snapshots: ["before-upgrade", "after-upgrade"],
    agent: true,
  },
  {
    vmid: 103,
    type: "qemu",
    node: "pve1",
    name: "db02",
    cores: 8,
    memory: 32768,
    disk: ["tank", 64],
    extra: ["scsi1", "tank", 256],
    config: { tags: "database;production", onboot: 1, description: "PostgreSQL, standby\n" },
    agent: true,
  },
  {
    vmid: 104,
    type: "qemu",
    node: "pve3",
    name: "gitlab",
    cores: 8,
    memory: 16384,
    disk: ["local-lvm", 120],
    config: { tags: "development" },
    pending: { memory: "24576" },
    agent: false,
  },
  {
    vmid: 105,
    type: "qemu",
    node: "pve3",
    name: "ci-runner01",
    state: "paused",
    cores: 4,
    memory: 8192,
    disk: ["local-lvm", 60],
    config: { tags: "ci;development" },
    agent: true,
  },
  {
    vmid: 106,
    type: "qemu",
    node: "pve2",
    name: "legacy-erp",
    state: "stopped",
    cores: 2,
    memory: 4096,
    disk: ["local-lvm", 80],
    config: {
      tags: "protected",
      protection: 1,
      ostype: "win10",
      description: "Old bookkeeping. Do not delete: needed for the tax audit.\n",
    },
  },
  {
    vmid: 107,
    type: "qemu",
    node: "pve3",
    name: "win11-test",
    state: "stopped",
    cores: 4,
    memory: 8192,
    disk: ["local-lvm", 64],
    config: { ostype: "win11", tags: "development" },
    snapshots: ["clean"],
  },
  {
    vmid: 108,
    type: "qemu",
    node: "pve1",
    name: "fileserver",
    cores: 2,
    memory: 4096,
    disk: ["local-lvm", 32],
    config: { lock: "backup", tags: "production" },
    agent: true,
  },
  {
    vmid: 200,
    type: "lxc",
    node: "pve1",
    name: "dns01",
    cores: 1,
    memory: 512,
    disk: ["local-lvm", 4],
    config: { tags: "infrastructure;production", onboot: 1, startup: "order=1" },
  },
  {
    vmid: 201,
    type: "lxc",
    node: "pve3",
    name: "dns02",
    cores: 1,
    memory: 512,
    disk: ["local-lvm", 4],
    config: { tags: "infrastructure;production", onboot: 1, startup: "order=1" },
  },
  {
    vmid: 202,
    type: "lxc",
    node: "pve1",
    name: "mail01",
    cores: 2,
    memory: 4096,
    disk: ["tank", 32],
    config: { tags: "mail;production", onboot: 1 },
    snapshots: ["monday"],
  },
  {
    vmid: 203,
    type: "lxc",
    node: "pve2",
    name: "monitoring",
    cores: 2,
    memory: 2048,
    disk: ["tank", 50],
    config: { tags: "infrastructure", onboot: 1, description: "Prometheus and Grafana\n" },
  },
  {
    vmid: 204,
    type: "lxc",
    node: "pve2",
    name: "proxy01",
    state: "stopped",
    cores: 1,
    memory: 1024,
    disk: ["local-lvm", 8],
    config: { tags: "web" },
  },
  {
    vmid: 900,
    type: "qemu",
    node: "pve1",
    name: "debian13-template",
    state: "stopped",
    cores: 2,
    memory: 2048,
    disk: ["ceph-vm", 10],
    config: { template: 1, tags: "template", ciuser: "admin", ipconfig0: "ip=dhcp" },
  },
];

/** Backups: guest, storage, days ago. */
export const BACKUPS: readonly (readonly [vmid: number, storage: string, daysAgo: number])[] = [
  [100, "nas", 2],
  [100, "nas", 1],
  [102, "pbs", 2],
  [102, "pbs", 1],
  [202, "nas", 1],
  [202, "local", 9],
  [106, "nas", 120],
];
