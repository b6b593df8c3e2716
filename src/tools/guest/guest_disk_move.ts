import type { Args } from "../../pve/encode.ts";
import { type CallContext, guestOf } from "../../tool/context.ts";
import { defineTool, write } from "../../tool/define.ts";
import { checkSlot, refuse } from "./_volumes.ts";

/** A container's disk is a `volume`; one that goes to another guest is not copied and deleted. */
function prepare({ disk, delete: remove, ...args }: Args, context: CallContext): Args {
  const { type } = guestOf(context);
  checkSlot(type, String(disk));
  const toGuest = args["target-vmid"] !== undefined;
  if (!toGuest && args.storage === undefined) {
    throw refuse("Cannot move a disk without a place to go", { storage: "is missing" });
  }
  return {
    ...args,
    ...(type === "lxc" ? { volume: disk } : { disk }),
    ...(toGuest ? {} : { delete: remove ?? true }),
  };
}

export default defineTool({
  name: "proxmox_guest_disk_move",
  title: "Move a guest's disk",
  description: "Move a disk or mount point to another storage.",
  words: { disk: "scsi0, rootfs…" },
  actions: {
    default: write({
      vm: "POST /nodes/{node}/qemu/{vmid}/move_disk",
      lxc: "POST /nodes/{node}/lxc/{vmid}/move_volume",
    }, {
      own: { disk: { type: "string", required: true } },
      params: ["storage"],
      done: "Moved {disk}{volume} of {guest} to {storage}{target-vmid}",
      prepare,
    }),
  },
});
