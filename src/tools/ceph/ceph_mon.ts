import { defineTool, read, write } from "../../tool/define.ts";
import { namedAfterNode } from "./_daemon.ts";

export default defineTool({
  name: "proxmox_ceph_mon",
  title: "Ceph monitors",
  description: "Ceph monitors.",
  actions: {
    list: read("GET /nodes/{node}/ceph/mon", {
      target: "anyNode",
      columns: ["name", "host", "state", "quorum", "rank", "addr", "ceph_version_short"],
    }),
    create: write("POST /nodes/{node}/ceph/mon/{monid}", {
      params: ["monid"],
      suppliedByPrepare: ["monid"],
      prepare: namedAfterNode("monid"),
      successMessage: "Monitor {monid} runs on {node}",
    }),
    delete: write("DELETE /nodes/{node}/ceph/mon/{monid}", {
      successMessage: "Monitor {monid} is destroyed",
    }),
  },
});
