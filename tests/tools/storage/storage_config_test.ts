import { testSteps } from "../steps.ts";

const TOOL = "proxmox_storage_config";

testSteps("proxmox_storage_config lists definitions and shows one", TOOL, [
  {
    call: { action: "list" },
    says: ["192.0.2.50"],
    rows: [{ storage: "nas", type: "nfs", content: /^iso,vztmpl/ }],
  },
  { call: { action: "list", type: "zfspool" }, says: ["Storage definitions: 1", "tank"] },
  { call: { action: "get", storage: "pbs" }, says: ['Storage "pbs"'], data: { datastore: "main" } },
  { call: { action: "get", storage: "none" }, fails: true, says: ["'none' does not exist"] },
]);

testSteps("proxmox_storage_config tells the use on all nodes, or on one", TOOL, [
  {
    call: { action: "cluster_usage" },
    rows: [{ storage: "local", node: "pve1", type: "dir", status: "available" }, {
      storage: "local",
      node: "pve3",
      type: "dir",
    }, { storage: "scratch", node: "pve3" }],
  },
  {
    call: { action: "cluster_usage", node: "pve1" },
    rows: [{
      storage: "local",
      node: "pve1",
      type: "dir",
      status: "available",
      used: 17364638136,
      total: 100931731456,
      used_fraction: /^0\.172/,
      shared: 0,
    }, { status: "off" }],
    hides: ["pve3"],
  },
  {
    call: { action: "cluster_usage", node: "pve9" },
    fails: true,
    says: ["There is no such node"],
  },
]);

testSteps("proxmox_storage_config defines storages, by old and new names", TOOL, [
  {
    call: {
      action: "create",
      storage: "nfs2",
      type: "nfs",
      server: "192.0.2.60",
      export: "/backup",
      content: ["backup", "iso"],
      maxfiles: 3,
    },
    says: ['Storage "nfs2" is defined', 'no "maxfiles": sent as prune-backups keep-last=3'],
    sends:
      "POST /storage storage=nfs2&type=nfs&server=192.0.2.60&export=/backup&content=backup,iso&prune-backups=keep-last=3",
  },
  {
    call: { action: "create", storage: "cfs", type: "cephfs", fsname: "cephfs", maxfiles: 0 },
    sends: "POST /storage storage=cfs&type=cephfs&fs-name=cephfs&prune-backups=keep-all=1",
  },
  {
    call: {
      action: "create",
      storage: "smb",
      type: "cifs",
      server: "192.0.2.61",
      share: "x",
      username: "u",
      password: "secret-word",
    },
    says: ['Storage "smb" is defined'],
    hides: ["secret-word"],
  },
  {
    call: { action: "create", storage: "gfs", type: "glusterfs", server: "192.0.2.9" },
    fails: true,
    says: ["value 'glusterfs'", "Proxmox VE 9 has no GlusterFS storage", "is_mountpoint=1"],
  },
  {
    call: { action: "create", storage: "gfs", type: "glusterfs", volume: "gv0", dry_run: true },
    says: ["Proxmox VE 9 has no GlusterFS storage", "Proxmox VE 9 has no volume"],
    sends: "",
  },
  {
    call: { action: "create", storage: "nfs2", type: "dir", path: "/x" },
    fails: true,
    says: ["already defined"],
  },
]);

testSteps("proxmox_storage_config changes what can change, and says what cannot", TOOL, [
  {
    call: {
      action: "update",
      storage: "nas",
      export: "/export/pve",
      "keep-daily": 3,
      delete: "nodes",
    },
    says: ['Storage "nas" is updated'],
    sends: "PUT /storage/nas delete=nodes&prune-backups=keep-daily=3",
  },
  {
    call: { action: "update", storage: "nas", export: "/other", path: "/mnt/x", content: "iso" },
    fails: true,
    says: ["Cannot change path, export", 'is fixed; now "/export/pve"', "Nothing was changed"],
    sends: "",
  },
  {
    call: { action: "update", storage: "nas", "prune-backups": "keep-all=1", "keep-last": 1 },
    fails: true,
    says: ["keep-last: leave it out"],
    sends: "",
  },
  { call: { action: "update", storage: "none", content: "iso" }, fails: true },
  {
    call: { action: "update", storage: "nas", shared: true, content: "backup" },
    says: ['"shared" was not used: a storage of type nfs always is'],
    sends: "PUT /storage/nas content=backup",
  },
  {
    call: { action: "update", storage: "nas", share: "x" },
    fails: true,
    says: ["share: is fixed, and this nfs storage has none"],
    sends: "",
  },
  {
    call: { action: "update", storage: "nas", domain: "x" },
    fails: true,
    says: ["unexpected property 'domain'", "leave it out"],
  },
  { call: { action: "delete", storage: "old-nas" }, says: ["its data is where it was"] },
  { call: { action: "delete", storage: "old-nas" }, fails: true, says: ["does not exist"] },
]);
