import { defineTool, read, write } from "../../tool/define.ts";
import { dropFixed, FIXED_PARAMS, newStorage, usage } from "./_config.ts";
import { RETENTION_PARAMS } from "../_retention.ts";

const COMMON = ["storage", "content", "nodes", "shared", "prune-backups"] as const;

export default defineTool({
  name: "proxmox_storage_config",
  title: "Storage definitions",
  description: "Storage definitions, and how full they are.",
  parameterDescriptions: {
    content: "images,rootdir,iso,vztmpl,backup,import,snippets",
    type:
      "dir (path), nfs (server, export), cifs (server, share, username, password), lvm (vgname), lvmthin (vgname, thinpool), zfspool (pool), rbd, cephfs, iscsi, btrfs, pbs (server, datastore, username, password)",
  },
  actions: {
    list: read("GET /storage", {
      columns: ["storage", "type", "content", "nodes", "shared", "disable", "path", "server"],
    }),
    get: read("GET /storage/{storage}", { successMessage: 'Storage "{storage}"' }),
    cluster_usage: read({
      param: "node",
      given: "GET /nodes/{node}/storage",
      otherwise: "GET /cluster/resources",
    }, {
      target: "none",
      extraParams: { node: { type: "string" } },
      fixed: { type: "storage" },
      content: "storage",
      shape: usage,
      successMessage: "Use of storages",
      columns: ["storage", "node", "type", "status", "used", "total", "used_fraction", "shared"],
    }),
    create: write("POST /storage", {
      params: ["type", ...COMMON],
      extraParams: RETENTION_PARAMS,
      prepare: newStorage,
      successMessage: 'Storage "{storage}" is defined',
    }),
    update: write("PUT /storage/{storage}", {
      params: COMMON,
      extraParams: { ...FIXED_PARAMS, ...RETENTION_PARAMS },
      prepare: dropFixed,
      uses: ["GET /storage/{storage}"],
      successMessage: 'Storage "{storage}" is updated',
    }),
    delete: write("DELETE /storage/{storage}", {
      // The guard looks whether a protected guest has a disk on it.
      uses: ["GET /nodes/{node}/{type}/{vmid}/config"],
      successMessage: 'Storage "{storage}" is no longer defined; its data is where it was',
    }),
  },
});
