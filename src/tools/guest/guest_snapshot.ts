import { defineTool, destroy, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_snapshot",
  title: "Guest snapshots",
  description: "List, take, roll back or delete snapshots of a VM or container.",
  words: { vmstate: "with the VM's RAM" },
  actions: {
    list: read("GET /nodes/{node}/{type}/{vmid}/snapshot", {
      columns: ["name", "snaptime", "parent", "vmstate", "description"],
    }),
    create: write("POST /nodes/{node}/{type}/{vmid}/snapshot", {
      params: ["snapname", "description", "vmstate"],
      done: 'Took snapshot "{snapname}" of {guest}',
    }),
    rollback: destroy("POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback", {
      params: ["snapname", "start"],
      done: 'Rolled {guest} back to snapshot "{snapname}"',
    }),
    delete: destroy("DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}", {
      params: ["snapname", "force"],
      done: 'Deleted snapshot "{snapname}" of {guest}',
    }),
  },
});
