/**
 * The sites that can be embedded: the company, its lab, a branch office with a single node, and a
 * twin of the company. They share names and numbers on purpose, and nothing else.
 *
 * @module
 */
import { GIB, TIB } from "../../base/byte_units.ts";
import { COMPANY } from "./company.ts";
import { guestsOf, type Site } from "./site.ts";

const LOCAL = {
  definition: {
    type: "dir",
    path: "/var/lib/vz",
    content: "iso,vztmpl,backup,snippets,import",
    "prune-backups": "keep-all=1",
  },
  total: 94 * GIB,
  other: 9 * GIB,
};

/** Two older nodes; its web01 has the number of the company's, its dns01 another one. */
const LAB: Site = {
  cluster: "lab",
  description: "Two nodes in the workshop",
  release: "8.4",
  network: "198.51.100",
  secretMark: "1ab1",
  nodes: [
    { name: "lab1", cores: 16, memoryGib: 64, days: 90 },
    { name: "lab2", cores: 16, memoryGib: 64, days: 3 },
  ],
  storages: {
    "local": LOCAL,
    "local-lvm": {
      definition: { type: "lvmthin", vgname: "pve", thinpool: "data", content: "images,rootdir" },
      total: 0.8 * TIB,
      other: 0,
    },
    "fast": {
      definition: { type: "zfspool", pool: "fast/guests", content: "images,rootdir", sparse: 1 },
      total: 1.8 * TIB,
      other: 0,
    },
    "nas": {
      definition: {
        type: "nfs",
        server: "198.51.100.50",
        export: "/export/lab",
        path: "/mnt/pve/nas",
        content: "iso,vztmpl,backup",
        "prune-backups": "keep-last=3",
      },
      total: 8 * TIB,
      other: 1.1 * TIB,
    },
  },
  files: [
    ["local", "iso/debian-13.2.0-amd64-netinst.iso", 783],
    ["nas", "vztmpl/debian-12-standard_12.12-1_amd64.tar.zst", 124],
  ],
  guests: guestsOf(`
100 qemu lab1 web01 running 2 4096 local-lvm 20 web
102 qemu lab1 build01 running 8 16384 fast 100 ci
104 qemu lab2 gitlab-next stopped 4 8192 fast 60 development
150 lxc lab2 dns01 running 1 512 local-lvm 4 infrastructure
200 lxc lab1 proxy01 stopped 1 512 local-lvm 8 web
300 qemu lab2 sandbox stopped 2 2048 local-lvm 16 development`),
  extras: {
    100: { config: { description: "Copy of the public web server\n" }, agent: true },
    102: { agent: true, snapshots: ["clean"] },
  },
  backups: [[100, "nas", 5], [150, "nas", 1]],
};

/** One node without a cluster, which is called as the company's first one is. */
const BRANCH: Site = {
  description: "Branch office, under the stairs",
  release: "9.2",
  network: "203.0.113",
  secretMark: "b7a9",
  nodes: [{ name: "pve1", cores: 8, memoryGib: 32, days: 200 }],
  storages: {
    "local": LOCAL,
    "local-lvm": {
      definition: { type: "lvmthin", vgname: "pve", thinpool: "data", content: "images,rootdir" },
      total: 0.8 * TIB,
      other: 0,
    },
  },
  files: [["local", "vztmpl/debian-12-standard_12.12-1_amd64.tar.zst", 124]],
  guests: guestsOf(`
100 qemu pve1 files01 running 2 4096 local-lvm 200 branch
101 lxc pve1 dns01 running 1 512 local-lvm 4 branch;infrastructure
400 qemu pve1 cameras running 4 8192 local-lvm 120 branch`),
  extras: { 100: { config: { onboot: 1 }, agent: true } },
  backups: [[100, "local", 1]],
};

/** The same names and numbers everywhere. */
const TWIN: Site = { ...COMPANY, network: "198.18.0", secretMark: "7717" };

/** All sites by name. */
export const SITES = { company: COMPANY, lab: LAB, branch: BRANCH, twin: TWIN } as const;

/** Name of a site. */
export type SiteName = keyof typeof SITES;
