import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_ceph_fs",
  title: "CephFS",
  description: "CephFS file systems; they need a metadata server.",
  actions: {
    list: read("GET /nodes/{node}/ceph/fs", {
      target: "anyNode",
      columns: ["name", "data_pool", "metadata_pool"],
    }),
    create: write("POST /nodes/{node}/ceph/fs/{name}", {
      target: "anyNode",
      params: ["name", "add-storage"],
      defaults: { name: "cephfs" },
      successMessage: 'CephFS "{name}" is created',
    }),
    delete: write("DELETE /nodes/{node}/ceph/fs/{name}", {
      target: "anyNode",
      params: ["remove-pools", "remove-storages"],
      successMessage: 'CephFS "{name}" is destroyed',
    }),
  },
});
