import { defineTool, read, write } from "../../tool/define.ts";
import { namedAfterNode } from "./_daemon.ts";

export default defineTool({
  name: "proxmox_ceph_mds",
  title: "Ceph metadata servers",
  description: "Metadata servers of CephFS.",
  actions: {
    list: read("GET /nodes/{node}/ceph/mds", {
      target: "anyNode",
      columns: ["name", "host", "state", "fs_name", "rank", "addr", "ceph_version_short"],
    }),
    create: write("POST /nodes/{node}/ceph/mds/{name}", {
      params: ["name"],
      suppliedByPrepare: ["name"],
      prepare: namedAfterNode("name"),
      successMessage: "Metadata server {name} runs on {node}",
    }),
    delete: write("DELETE /nodes/{node}/ceph/mds/{name}", {
      successMessage: "Metadata server {name} is destroyed",
    }),
  },
});
