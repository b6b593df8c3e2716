/**
 * The company that the embedded PVE serves: its nodes, storages and guests, as data.
 *
 * @module
 */
import { GIB, KIB, TIB } from "../../base/byte_units.ts";
import { guestsOf, type Site } from "./site.ts";

const NODES = [
  { name: "pve1", cores: 32, memoryGib: 128, days: 41 },
  { name: "pve2", cores: 32, memoryGib: 128, days: 41 },
  { name: "pve3", cores: 16, memoryGib: 64, days: 12 },
];

const STORAGES: Site["storages"] = {
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
    other: 96 * KIB,
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

const FILES: Site["files"] = [
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

const GUEST_TABLE = `
100 qemu pve1 web01 running 4 8192 ceph-vm 40 production;web
101 qemu pve2 web02 running 4 8192 ceph-vm 40 production;web
102 qemu pve2 db01 running 8 32768 ceph-vm 64 database;production
103 qemu pve1 db02 running 8 32768 tank 64 database;production
104 qemu pve3 gitlab running 8 16384 local-lvm 120 development
105 qemu pve3 ci-runner01 paused 4 8192 local-lvm 60 ci;development
106 qemu pve2 legacy-erp stopped 2 4096 local-lvm 80 protected
107 qemu pve3 win11-test stopped 4 8192 local-lvm 64 development
108 qemu pve1 fileserver running 2 4096 local-lvm 32 production
200 lxc pve1 dns01 running 1 512 local-lvm 4 infrastructure;production
201 lxc pve3 dns02 running 1 512 local-lvm 4 infrastructure;production
202 lxc pve1 mail01 running 2 4096 tank 32 mail;production
203 lxc pve2 monitoring running 2 2048 tank 50 infrastructure
204 lxc pve2 proxy01 stopped 1 1024 local-lvm 8 web
900 qemu pve1 debian13-template stopped 2 2048 ceph-vm 10 template`;

const EXTRAS: Site["extras"] = {
  100: { config: { onboot: 1, description: "Public web server\n" }, agent: true },
  101: { config: { onboot: 1 }, agent: true },
  102: {
    config: { onboot: 1, description: "PostgreSQL, primary\n", ide2: "none,media=cdrom" },
    scsi1: ["ceph-vm", 256],
    snapshots: ["before-upgrade", "after-upgrade"],
    agent: true,
  },
  103: {
    config: { onboot: 1, description: "PostgreSQL, standby\n" },
    scsi1: ["tank", 256],
    agent: true,
  },
  104: { pending: { memory: "24576" }, agent: false },
  105: { agent: true },
  106: {
    config: {
      protection: 1,
      ostype: "win10",
      description: "Old bookkeeping. Do not delete: needed for the tax audit.\n",
    },
  },
  107: { config: { ostype: "win11" }, snapshots: ["clean"] },
  108: { config: { lock: "backup" }, agent: true },
  200: { config: { onboot: 1, startup: "order=1" } },
  201: { config: { onboot: 1, startup: "order=1" } },
  202: { config: { onboot: 1 }, snapshots: ["monday"] },
  203: { config: { onboot: 1, description: "Prometheus and Grafana\n" } },
  900: { config: { template: 1, ciuser: "admin", ipconfig0: "ip=dhcp" } },
};

const BACKUPS: Site["backups"] = [
  [100, "nas", 2],
  [100, "nas", 1],
  [102, "pbs", 2],
  [102, "pbs", 1],
  [202, "nas", 1],
  [202, "local", 9],
  [106, "nas", 120],
];

/** The company's cluster of three nodes. */
export const COMPANY: Site = {
  cluster: "example",
  description: "Three nodes in the server room, second floor",
  release: "9.2",
  network: "192.0.2",
  nodes: NODES,
  storages: STORAGES,
  files: FILES,
  guests: guestsOf(GUEST_TABLE),
  extras: EXTRAS,
  backups: BACKUPS,
};
