/**
 * What the disks of a node can be made into, as data.
 *
 * @module
 */
import type { DiskPool, Entry } from "../core/tables.ts";

/** What sets a kind apart: its tasks, its words and its storage. */
export interface DiskPoolKind {
  readonly kind: DiskPool["kind"];
  /** Worker types of creation and removal. */
  readonly create: string;
  readonly remove: string;
  /** What the disk list says of its disks. */
  readonly used: string;
  /** What PVE says when there is one, or none, by that name. */
  readonly exists: (name: string, node: string) => string;
  readonly missing: (name: string) => string;
  /** The storage definition that `add_storage` makes. */
  readonly storage: (name: string) => Entry;
}

/** The kinds, with the words of their tools. */
export const KINDS: readonly DiskPoolKind[] = [
  {
    kind: "lvm",
    create: "lvmcreate",
    remove: "lvmremove",
    used: "LVM",
    exists: (name, node) => `volume group with name '${name}' already exists on node '${node}'`,
    missing: (name) => `no such volume group '${name}'`,
    storage: (name) => ({ type: "lvm", vgname: name, content: "rootdir,images", shared: 0 }),
  },
  {
    kind: "lvmthin",
    create: "lvmthincreate",
    remove: "lvmthinremove",
    used: "LVM",
    exists: (name, node) => `volume group with name '${name}' already exists on node '${node}'`,
    missing: (name) => `no such thin pool ${name}/${name}`,
    storage: (name) => ({
      type: "lvmthin",
      vgname: name,
      thinpool: name,
      content: "rootdir,images",
    }),
  },
  {
    kind: "zfs",
    create: "zfscreate",
    remove: "zfsremove",
    used: "ZFS",
    exists: (name, node) => `pool '${name}' already exists on node '${node}'`,
    missing: (name) => `command 'zpool destroy ${name}' failed: exit code 1`,
    storage: (name) => ({ type: "zfspool", pool: name, content: "rootdir,images" }),
  },
  {
    kind: "directory",
    create: "dircreate",
    remove: "dirremove",
    used: "mounted",
    exists: (name) =>
      `a systemd mount unit already exists: /etc/systemd/system/mnt-pve-${name}.mount`,
    missing: (name) => `no systemd mount unit '/etc/systemd/system/mnt-pve-${name}.mount'`,
    storage: (name) => ({
      type: "dir",
      path: `/mnt/pve/${name}`,
      is_mountpoint: "1",
      content: "images,rootdir,vztmpl,iso,backup,snippets",
    }),
  },
];

/** Fewest disks of a RAID level, and what part of them holds data. */
export const RAID: Readonly<Record<string, readonly [number, (count: number) => number]>> = {
  single: [1, (count) => count],
  mirror: [2, () => 1],
  raid10: [4, (count) => count / 2],
  raidz: [3, (count) => count],
  raidz2: [4, (count) => count],
  raidz3: [5, (count) => count],
  draid: [3, (count) => count],
  draid2: [4, (count) => count],
  draid3: [5, (count) => count],
};
