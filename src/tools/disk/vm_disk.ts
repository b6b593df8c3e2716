import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, write } from "../../tool/define.ts";
import { detachment, detachOutcome } from "../guest/_detach.ts";
import { CONFIG_READS, configOutcome } from "../guest/_pending.ts";
import { newVolume, propertyText } from "../guest/_volumes.ts";

const DISKS = /^(ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/;

/** Options of a disk, as PVE names them. */
const OPTIONS: Readonly<Record<string, ExtraParam>> = {
  cache: {
    type: "string",
    enum: ["none", "writethrough", "writeback", "unsafe", "directsync"],
    unlisted: true,
  },
  discard: { type: "boolean", unlisted: true },
  ssd: { type: "boolean", unlisted: true },
  iothread: { type: "boolean", unlisted: true },
  backup: { type: "boolean", unlisted: true },
  aio: { type: "string", unlisted: true },
  format: { type: "string", unlisted: true },
  replicate: { type: "boolean", unlisted: true },
  ro: { type: "boolean", unlisted: true },
  serial: { type: "string", unlisted: true },
  "import-from": { type: "string", unlisted: true },
};

/** The options of a call; `discard` is a word in PVE. */
function optionsOf(args: Args): Record<string, string | boolean | undefined> {
  const options: Record<string, string | boolean | undefined> = {};
  for (const name of Object.keys(OPTIONS)) {
    const value = args[name];
    if (value === undefined) continue;
    if (name === "discard") options.discard = value === true ? "on" : "ignore";
    else options[name] = typeof value === "boolean" ? value : String(value);
  }
  return options;
}

async function addition(args: Args, context: ReadContext): Promise<Args> {
  const slot = { param: "disk", kind: "scsi" };
  const { key, volume, digest } = await newVolume(args, context, slot);
  const properties = { file: volume, ...optionsOf(args) };
  return { ...args, disk: key, [key]: propertyText("qemu", key, properties), digest };
}

async function removal(args: Args, context: ReadContext): Promise<Args> {
  const found = await detachment(context, String(args.disk), DISKS);
  return { ...args, ...found, ...defined({ force: args.purge === true || undefined }) };
}

const disk: ExtraParam = { type: "string", required: true, description: "scsi1, virtio0…" };

export default defineTool({
  name: "proxmox_vm_disk",
  title: "VM disks",
  description:
    "Add a disk (also: cache, ssd, discard, iothread) or detach one, which stays as unusedN.",
  actions: {
    add: write("POST /nodes/{node}/qemu/{vmid}/config", {
      extraParams: {
        disk: { ...disk, required: false },
        storage: { type: "string", required: true },
        size: { type: "size", required: true, description: "32G" },
        ...OPTIONS,
      },
      successMessage: "Added {disk} ({size} on {storage}) to {guest}",
      prepare: addition,
      outcome: configOutcome,
      uses: CONFIG_READS,
    }),
    remove: write("POST /nodes/{node}/qemu/{vmid}/config", {
      extraParams: {
        disk,
        purge: { type: "boolean", description: "delete the data" },
        volume: { type: "string", unlisted: true },
      },
      successMessage: "Removed {disk} from {guest}",
      prepare: removal,
      outcome: (context, args, end) =>
        detachOutcome(context, args, end, "proxmox_vm_disk action=remove disk="),
      uses: CONFIG_READS,
    }),
  },
});
