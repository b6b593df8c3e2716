import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cloudinit",
  title: "Cloud-init",
  description: "A VM's cloud-init settings and files.",
  actions: {
    get: read("GET /nodes/{node}/qemu/{vmid}/cloudinit", {
      columns: ["key", "value", "pending", "delete"],
    }),
    dump: read("GET /nodes/{node}/qemu/{vmid}/cloudinit/dump", {
      aliases: { dump_type: "type" },
      params: ["type"],
    }),
    regenerate: write("PUT /nodes/{node}/qemu/{vmid}/cloudinit", {
      done: "Wrote the cloud-init drive of {guest} anew; the guest reads it at its next boot",
    }),
  },
});
