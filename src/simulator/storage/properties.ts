/**
 * Which properties a definition of each type of storage has, and which it cannot do without.
 * Source: the `options` of the plugins of PVE::Storage.
 *
 * @module
 */

/** What every type has. */
const COMMON = ["nodes", "disable", "content"];
/** What types have that keep files below a directory. */
const FILES = [
  "path",
  "content-dirs",
  "prune-backups",
  "max-protected-backups",
  "format",
  "mkdir",
  "create-base-path",
  "create-subdirs",
  "bwlimit",
];
const IMAGES = ["preallocation", "snapshot-as-volume-chain"];
const SHARES = ["server", "options"];
const LOGIN = ["username", "password"];
const ISCSI = ["portal", "target", "bwlimit"];

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  btrfs: [...FILES, "shared", "is_mountpoint", "nocow", "preallocation"],
  cephfs: [...FILES, "monhost", "subdir", "options", "username", "keyring", "fuse", "fs-name"],
  cifs: [...FILES, ...IMAGES, ...SHARES, ...LOGIN, "share", "subdir", "domain", "smbversion"],
  dir: [...FILES, ...IMAGES, "shared", "is_mountpoint"],
  esxi: [...LOGIN, "shared", "server", "port", "skip-cert-verification"],
  glusterfs: [...FILES, ...IMAGES, "server", "server2", "volume", "transport"],
  iscsi: ISCSI,
  iscsidirect: ISCSI,
  lvm: [
    "vgname",
    "shared",
    "saferemove",
    "saferemove-stepsize",
    "saferemove_throughput",
    "base",
    "tagged_only",
    "bwlimit",
    "snapshot-as-volume-chain",
  ],
  lvmthin: ["vgname", "thinpool", "bwlimit"],
  nfs: [...FILES, ...IMAGES, ...SHARES, "export"],
  pbs: [
    ...LOGIN,
    "server",
    "datastore",
    "namespace",
    "port",
    "fingerprint",
    "encryption-key",
    "master-pubkey",
    "prune-backups",
    "max-protected-backups",
  ],
  rbd: ["monhost", "pool", "data-pool", "namespace", "username", "keyring", "krbd", "bwlimit"],
  zfs: [
    ...ISCSI,
    "pool",
    "blocksize",
    "iscsiprovider",
    "nowritecache",
    "sparse",
    "comstar_hg",
    "comstar_tg",
    "lio_tpg",
    "zfs-base-path",
  ],
  zfspool: ["pool", "blocksize", "sparse", "bwlimit", "mountpoint"],
};

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  btrfs: ["path"],
  cifs: ["server", "share"],
  dir: ["path"],
  esxi: ["server", "username"],
  glusterfs: ["volume"],
  iscsi: ["portal", "target"],
  iscsidirect: ["portal", "target"],
  lvm: ["vgname"],
  lvmthin: ["vgname", "thinpool"],
  nfs: ["server", "export"],
  pbs: ["server", "datastore"],
  zfs: ["portal", "target", "pool", "iscsiprovider"],
  zfspool: ["pool"],
};

/** True for a property that storages of this type have. */
export function hasProperty(type: string, name: string): boolean {
  return COMMON.includes(name) || (PROPERTIES[type]?.includes(name) ?? false);
}

/** What a definition of this type cannot do without. */
export function requiredProperties(type: string): readonly string[] {
  return REQUIRED[type] ?? [];
}
