import { defineTool, read } from "../../tool/define.ts";
import { summarise } from "./_status.ts";

export default defineTool({
  name: "proxmox_ceph",
  title: "Ceph",
  description: "Health, monitors, OSDs and usage of Ceph.",
  target: "anyNode",
  actions: {
    status: read("GET /nodes/{node}/ceph/status", {
      shape: (data, _args, { options }) => summarise(data, options.fields !== undefined),
    }),
  },
});
