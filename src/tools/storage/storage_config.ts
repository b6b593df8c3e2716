import { defineTool, destroy, read, write } from "../../tool/define.ts";
import { dropFixed, FIXED_PARAMS, newStorage, usage } from "./_config.ts";
import { RETENTION_PARAMS } from "../_retention.ts";

const COMMON = ["storage", "content", "nodes", "shared", "prune-backups"] as const;

export default defineTool({
  name: "proxmox_storage_config",
  title: "Storage definitions",
  description: "Storages: definitions, and how full they are on all nodes or one.",
  words: {
    content: "images,rootdir,iso,vztmpl,backup,import,snippets",
    type:
      "dir (path), nfs (server, export), cifs (server, share, username, password), lvm (vgname), lvmthin (vgname, thinpool), zfspool (pool), rbd, cephfs, iscsi, btrfs, pbs (server, datastore, username, password)",
    "prune-backups": "keep-last=3,keep-daily=7",
  },
  actions: {
    list: read("GET /storage", {
      columns: ["storage", "type", "content", "nodes", "shared", "disable", "path", "server"],
    }),
    get: read("GET /storage/{storage}", { done: 'Storage "{storage}"' }),
    cluster_usage: read({
      param: "node",
      given: "GET /nodes/{node}/storage",
      otherwise: "GET /cluster/resources",
    }, {
      target: "none",
      own: { node: { type: "string" } },
      fixed: { type: "storage" },
      shape: usage,
      done: "Use of storages",
      columns: ["storage", "node", "type", "status", "used", "total", "used_fraction", "shared"],
    }),
    create: write("POST /storage", {
      params: ["type", ...COMMON],
      aliases: { fsname: "fs-name" },
      own: RETENTION_PARAMS,
      gone: {
        type: {
          glusterfs:
            "Proxmox VE 9 has no GlusterFS storage: mount the volume on every node and use type=dir with is_mountpoint=1 and shared=1",
        },
      },
      prepare: newStorage,
      done: 'Storage "{storage}" is defined',
    }),
    update: write("PUT /storage/{storage}", {
      params: COMMON,
      aliases: { fsname: "fs-name" },
      own: { ...FIXED_PARAMS, ...RETENTION_PARAMS },
      prepare: dropFixed,
      uses: ["GET /storage/{storage}"],
      done: 'Storage "{storage}" is updated',
    }),
    delete: destroy("DELETE /storage/{storage}", {
      loses: "the definition: guests with disks on it cannot start; the data stays",
      // The guard looks whether a protected guest has a disk on it.
      uses: ["GET /nodes/{node}/{type}/{vmid}/config"],
      done: 'Storage "{storage}" is no longer defined; its data is where it was',
    }),
  },
});
