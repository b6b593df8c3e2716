import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, write } from "../../tool/define.ts";
import { configOutcome } from "./_pending.ts";

function somethingToDo(args: Args): Args {
  if (Object.keys(args).length > 0) return args;
  throw new ToolError("Nothing to resize", {
    reason: 'Neither "cores" nor "memory" is given',
    notes: ["Nothing was done; disks are grown by proxmox_guest_disk_resize"],
  });
}

export default defineTool({
  name: "proxmox_guest_resize",
  title: "Resize a guest",
  description: "Change cores or memory of a guest.",
  actions: {
    default: write("PUT /nodes/{node}/{type}/{vmid}/config", {
      extraParams: { memory: { type: "memory" } },
      params: ["cores"],
      successMessage: "Resized {guest}",
      prepare: somethingToDo,
      outcome: configOutcome,
      uses: ["GET /nodes/{node}/{type}/{vmid}/pending"],
    }),
  },
});
