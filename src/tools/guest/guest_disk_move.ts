import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { snapshotText } from "./_snapshots.ts";
import { checkDisk, configOf, refuse, unusedSlot, volumeOf } from "./_volumes.ts";

/** A container's disk is a `volume`; one that goes to another guest is not copied and deleted. */
async function prepare(
  { disk, delete: remove, ...args }: Args,
  context: ReadContext,
): Promise<Args> {
  const guest = guestOf(context);
  const toGuest = args["target-vmid"] !== undefined;
  if (!toGuest && args.storage === undefined) {
    throw refuse("Cannot move a disk without a place to go", { storage: "is missing" });
  }
  const before = await checkDisk(context, guest, String(disk));
  return {
    ...args,
    before: volumeOf(before),
    ...(guest.type === "lxc" ? { volume: disk } : { disk }),
    ...defined({ delete: toGuest ? undefined : remove ?? true }),
  };
}

/** Where the disk is now, and what became of the volume that it was. */
async function moved(context: ReadContext, args: Args): Promise<Outcome> {
  const disk = String(args.disk ?? args.volume);
  const before = String(args.before);
  const config = await configOf(context, guestOf(context));
  const kept = unusedSlot(config, before);
  const isGone = args["target-vmid"] === undefined && kept === undefined;
  return {
    object: defined({ [disk]: config[disk], [kept ?? ""]: kept && config[kept] }),
    notes: [
      ...(isGone ? [`The old volume ${before} is deleted`] : []),
      ...(kept === undefined ? [] : [`The old volume stays as ${kept}`]),
    ],
  };
}

async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  if (end.state === "done") return await moved(context, args);
  // Snapshots need the volume where it is.
  if (end.state !== "failed" || !/with snapshots/.test(end.reason ?? "")) return {};
  return {
    notes: [
      await snapshotText(context),
      "delete=false leaves the old volume to them as unusedN; or delete them first: proxmox_guest_snapshot action=delete",
    ],
  };
}

export default defineTool({
  name: "proxmox_guest_disk_move",
  title: "Move a disk",
  description: "Move a disk or mount point to another storage.",
  parameterDescriptions: { disk: "scsi0, rootfs…", delete: "the old, default true" },
  actions: {
    default: write({
      vm: "POST /nodes/{node}/qemu/{vmid}/move_disk",
      lxc: "POST /nodes/{node}/lxc/{vmid}/move_volume",
    }, {
      extraParams: {
        disk: { type: "string", required: true },
        before: { type: "string", unlisted: true },
      },
      params: ["storage", "delete"],
      successMessage: "Moved {disk}{volume} of {guest} to {storage}{target-vmid}",
      prepare,
      outcome,
      uses: ["GET /nodes/{node}/{type}/{vmid}/config", "GET /nodes/{node}/{type}/{vmid}/snapshot"],
    }),
  },
});
