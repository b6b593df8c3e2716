import { defineTool, read } from "../../tool/define.ts";
import { differing, type PendingRow } from "./_pending.ts";

export default defineTool({
  name: "proxmox_guest_pending",
  title: "Pending changes",
  description: "Configuration that changes at a guest's next start.",
  actions: {
    default: read("GET /nodes/{node}/{type}/{vmid}/pending", {
      columns: ["key", "value", "pending", "delete"],
      shape: (rows) =>
        differing(rows as PendingRow[] ?? []).map((row) =>
          row.delete ? { ...row, delete: true } : row
        ),
    }),
  },
});
