import { defineTool, read, write } from "../../tool/define.ts";
import { unwrapAgent } from "./_agent.ts";

interface Trimmed {
  readonly paths?: readonly { readonly path: string; readonly trimmed?: number }[];
}

function counted(data: unknown): unknown {
  return { filesystems: unwrapAgent(data) };
}

export default defineTool({
  name: "proxmox_agent_freeze",
  title: "VM filesystems",
  description: "Freeze, thaw or trim a VM's filesystems.",
  discriminator: "operation",
  actions: {
    status: read("POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-status", {
      successMessage: "Filesystems of {guest}",
      shape: (data) => ({ status: unwrapAgent(data) }),
    }),
    freeze: write("POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-freeze", {
      successMessage: "Froze the filesystems of {guest}",
      note: "Every write in the guest waits until operation=thaw",
      shape: counted,
    }),
    thaw: write("POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-thaw", {
      successMessage: "Thawed the filesystems of {guest}",
      shape: counted,
    }),
    fstrim: write("POST /nodes/{node}/qemu/{vmid}/agent/fstrim", {
      successMessage: "Trimmed the filesystems of {guest}",
      columns: ["path", "trimmed", "minimum", "error"],
      shape: (data) => (unwrapAgent(data) as Trimmed | null)?.paths ?? [],
    }),
  },
});
