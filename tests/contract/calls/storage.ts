/**
 * Calls of the tools for storages and backups.
 *
 * @module
 */
import type { Calls } from "./line.ts";

const LOCAL = { node: "pve1", storage: "local" };
const NAS = { node: "pve1", storage: "nas" };
const OF_VM = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const OF_CONTAINER = "nas:backup/vzdump-lxc-202-2026_01_14-09_30_00.tar.zst";
const IN_PBS = {
  node: "pve1",
  storage: "pbs",
  volume: "pbs:backup/vm/102/2026-01-14T09:30:00Z",
};
const HOSTNAME = "/drive-scsi0.img.fidx/part/1/etc/hostname";
const NFS = { storage: "nfs2", type: "nfs", server: "192.0.2.60", export: "/backup" };

export const BACKUP_CALLS: Calls = {
  proxmox_backup: {
    create: {
      vm: [{ vmid: 100, storage: "nas", protected: true }],
      lxc: [{ vmid: 202, storage: "nas", compress: "zstd" }],
    },
    list: [{ node: "pve1", vmid: 100 }],
    restore: {
      vm: [{ node: "pve2", vmid: 333, archive: OF_VM, storage: "ceph-vm", unique: true }],
      lxc: [{ node: "pve1", vmid: 333, archive: OF_CONTAINER, storage: "tank" }],
    },
    delete: [{ ...NAS, volume: OF_VM }],
    delete_old: [{ ...NAS, vmid: 100, before: "1s" }],
  },
};

export const STORAGE_CALLS: Calls = {
  proxmox_file_restore: {
    list: [{ ...IN_PBS, filepath: "/" }],
    download: [{ ...IN_PBS, path: HOSTNAME }, { reference: { filepath: HOSTNAME } }],
  },
  proxmox_storage_config: {
    list: [{}],
    get: [{ storage: "nas" }],
    cluster_usage: { all: [{}, { reference: { node: "pve1" } }], one: [{ node: "pve1" }] },
    create: [{ ...NFS, content: "backup,iso", "keep-last": 3 }, {
      reference: ["server", "export"],
    }],
    update: [{ storage: "nas", content: "iso,backup" }],
    delete: [{ storage: "old-nas" }],
  },
  proxmox_storage_content: {
    list: [{ ...NAS, content: "backup", vmid: 100 }],
    list_templates: [LOCAL],
    upload: [{ ...LOCAL, content: "iso", filename: "/home/admin/tiny.iso" }],
    download_url: [{ ...LOCAL, content: "iso", url: "https://example.com/alpine.iso" }],
    pull_oci: [{ ...LOCAL, reference: "docker.io/library/alpine:3.22" }],
    delete: [{ ...LOCAL, volume: "local:iso/virtio-win-0.1.285.iso" }],
    prune: {
      remove: [{ ...NAS, "keep-last": 1 }],
      "dry-run": [{ ...NAS, "keep-last": 1, "dry-run": true }],
    },
  },
};
