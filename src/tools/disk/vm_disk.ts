import type { Args, ArgValue } from "../../pve/encode.ts";
import { type CallContext, guestOf } from "../../tool/context.ts";
import {
  defineTool,
  destroy,
  type End,
  type Outcome,
  type OwnParam,
  write,
} from "../../tool/define.ts";
import { gibibytes } from "../../tool/size.ts";
import { nameOf } from "../guest/_state.ts";
import { configOutcome } from "../guest/_pending.ts";
import {
  checkFree,
  checkTaken,
  configOf,
  propertyText,
  unusedSlot,
  volumeOf,
} from "../guest/_volumes.ts";

const DISKS = /^(ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/;

/** Options of a disk, as PVE names them. */
const OPTIONS: Readonly<Record<string, OwnParam>> = {
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

async function addition(args: Args, context: CallContext): Promise<Args> {
  const key = String(args.disk);
  const config = await configOf(context, guestOf(context));
  checkFree(config, key);
  const file = `${args.storage}:${gibibytes(String(args.size))}`;
  const digest = config.digest as ArgValue | undefined;
  return {
    disk: key,
    size: args.size,
    storage: args.storage,
    [key]: propertyText("qemu", key, { file, ...optionsOf(args) }),
    digest,
  };
}

async function removal({ disk, purge, ...args }: Args, context: CallContext): Promise<Args> {
  const key = String(disk);
  const config = await configOf(context, guestOf(context));
  checkTaken(config, key, DISKS);
  const force = args.force === true || purge === true;
  return { disk: key, volume: volumeOf(config[key]), delete: key, ...(force ? { force } : {}) };
}

/** What became of the volume: still there as `unusedN`, gone, or in use until the next start. */
async function removed(context: CallContext, args: Args, end: End): Promise<Outcome> {
  const guest = guestOf(context);
  const waiting = await configOutcome(context, args, end);
  if (end.state !== "done" || waiting.object) return waiting;
  const volume = String(args.volume);
  const slot = unusedSlot(await configOf(context, guest), volume);
  if (slot === undefined) {
    const gone = args.force || /^unused/.test(String(args.disk));
    return gone ? { title: `Deleted ${args.disk} of ${nameOf(guest)} with its data` } : {};
  }
  return {
    title: `Detached ${args.disk} from ${nameOf(guest)}; its data stays as ${slot}`,
    object: { [slot]: volume },
    notes: [`proxmox_vm_disk action=remove disk=${slot} deletes the data too`],
  };
}

const disk: OwnParam = { type: "string", required: true, words: "scsi1, virtio0…" };

export default defineTool({
  name: "proxmox_vm_disk",
  title: "VM disks",
  description:
    "Add a disk (also: cache, ssd, discard, iothread) or detach one, which keeps its data as unusedN.",
  actions: {
    add: write("POST /nodes/{node}/qemu/{vmid}/config", {
      own: {
        disk,
        storage: { type: "string", required: true },
        size: { type: "size", required: true, words: "32G" },
        ...OPTIONS,
      },
      done: "Added {disk} ({size} on {storage}) to {guest}",
      prepare: addition,
      outcome: configOutcome,
      uses: [
        "GET /nodes/{node}/{type}/{vmid}/config",
        "GET /nodes/{node}/{type}/{vmid}/pending",
      ],
    }),
    remove: destroy("POST /nodes/{node}/qemu/{vmid}/config", {
      own: {
        disk,
        purge: { type: "boolean", words: "delete the data" },
        volume: { type: "string", unlisted: true },
      },
      done: "Removed {disk} from {guest}",
      prepare: removal,
      outcome: removed,
      uses: [
        "GET /nodes/{node}/{type}/{vmid}/config",
        "GET /nodes/{node}/{type}/{vmid}/pending",
      ],
    }),
  },
});
