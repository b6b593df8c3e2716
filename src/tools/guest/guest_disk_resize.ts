import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { checkDisk, configOf, growth } from "./_volumes.ts";

async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  if (end.state === "running") return {};
  const guest = guestOf(context);
  const disk = String(args.disk);
  const value = (await configOf(context, guest))[disk];
  const done = end.state === "done";
  const same = done && value === args.before;
  const grown = done && !same && guest.type === "qemu";
  return {
    ...defined({
      title: same
        ? `${disk} of ${nameOf(guest)} has that size already: nothing changed`
        : undefined,
      object: done ? { [disk]: value ?? null } : undefined,
    }),
    notes: [
      ...(grown ? ["Partition and filesystem inside the VM are grown by its own system"] : []),
      ...(end.state === "failed" ? [`${disk} is ${value ?? "not in the config"}`] : []),
    ],
  };
}

export default defineTool({
  name: "proxmox_guest_disk_resize",
  title: "Grow a disk",
  description: "Grow a disk or mount point.",
  parameterDescriptions: { disk: "scsi0, rootfs…", size: "+5G or 40G" },
  actions: {
    default: write("PUT /nodes/{node}/{type}/{vmid}/resize", {
      extraParams: {
        disk: { type: "string", required: true },
        size: { type: "string", required: true },
        before: { type: "string", unlisted: true },
      },
      successMessage: "{disk} of {guest} has grown",
      prepare: async (args, context) => {
        const size = growth(String(args.size));
        const before = await checkDisk(context, guestOf(context), String(args.disk));
        return { ...args, size, before };
      },
      outcome,
      uses: ["GET /nodes/{node}/{type}/{vmid}/config"],
    }),
  },
});
