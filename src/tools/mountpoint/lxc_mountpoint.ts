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
import { configOutcome } from "../guest/_pending.ts";
import { nameOf } from "../guest/_state.ts";
import {
  checkFree,
  checkTaken,
  configOf,
  propertyText,
  unusedSlot,
  volumeOf,
} from "../guest/_volumes.ts";

/** Options of a mount point, as PVE names them. */
const OPTIONS: Readonly<Record<string, OwnParam>> = {
  backup: { type: "boolean", unlisted: true },
  ro: { type: "boolean", unlisted: true },
  acl: { type: "boolean", unlisted: true },
  quota: { type: "boolean", unlisted: true },
  replicate: { type: "boolean", unlisted: true },
  shared: { type: "boolean", unlisted: true },
  mountoptions: { type: "string", unlisted: true },
};

function optionsOf(args: Args): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.keys(OPTIONS).flatMap((name) => {
      const value = args[name];
      if (value === undefined) return [];
      return [[name, typeof value === "boolean" ? value : String(value)]];
    }),
  );
}

async function addition(args: Args, context: CallContext): Promise<Args> {
  const key = String(args.mp);
  const config = await configOf(context, guestOf(context));
  checkFree(config, key);
  const volume = `${args.storage}:${gibibytes(String(args.size))}`;
  const digest = config.digest as ArgValue | undefined;
  return {
    mp: key,
    path: args.path,
    [key]: propertyText("lxc", key, { volume, mp: String(args.path), ...optionsOf(args) }),
    digest,
  };
}

async function removal(args: Args, context: CallContext): Promise<Args> {
  const key = String(args.mp);
  const config = await configOf(context, guestOf(context));
  checkTaken(config, key, /^mp\d+$/);
  return { mp: key, volume: volumeOf(config[key]), delete: key };
}

/** Whether the volume stays as `unusedN`, or is in use until the container is restarted. */
async function removed(context: CallContext, args: Args, end: End): Promise<Outcome> {
  const guest = guestOf(context);
  const waiting = await configOutcome(context, args, end);
  if (end.state !== "done" || waiting.object) return waiting;
  const slot = unusedSlot(await configOf(context, guest), String(args.volume));
  if (slot === undefined) return {};
  return {
    title: `Detached ${args.mp} from ${nameOf(guest)}; its data stays as ${slot}`,
    object: { [slot]: args.volume },
    notes: [`proxmox_guest_config_update delete=${slot} deletes the data too`],
  };
}

const mp: OwnParam = { type: "string", required: true, words: "mp0…" };
const uses = [
  "GET /nodes/{node}/{type}/{vmid}/config",
  "GET /nodes/{node}/{type}/{vmid}/pending",
] as const;

export default defineTool({
  name: "proxmox_lxc_mountpoint",
  title: "Container mount points",
  description: "Add a volume to a container or detach one, which keeps its data as unusedN.",
  actions: {
    add: write("PUT /nodes/{node}/lxc/{vmid}/config", {
      own: {
        mp,
        storage: { type: "string", required: true },
        size: { type: "size", required: true, words: "8G" },
        path: { type: "string", required: true, words: "in the container, /data" },
        ...OPTIONS,
      },
      done: "Added {mp} at {path} to {guest}",
      prepare: addition,
      outcome: configOutcome,
      uses,
    }),
    remove: destroy("PUT /nodes/{node}/lxc/{vmid}/config", {
      own: { mp, volume: { type: "string", unlisted: true } },
      done: "Removed {mp} from {guest}",
      prepare: removal,
      outcome: removed,
      uses,
    }),
  },
});
