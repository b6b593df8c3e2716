import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, write } from "../../tool/define.ts";
import { detachment, detachOutcome } from "../guest/_detach.ts";
import { CONFIG_READS, configOutcome } from "../guest/_pending.ts";
import { newVolume, propertyText } from "../guest/_volumes.ts";

/** Options of a mount point, as PVE names them. */
const OPTIONS: Readonly<Record<string, ExtraParam>> = {
  backup: { type: "boolean" },
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

async function addition(args: Args, context: ReadContext): Promise<Args> {
  const { key, volume, digest } = await newVolume(args, context, { param: "mp", kind: "mp" });
  const properties = { volume, mp: String(args.path), ...optionsOf(args) };
  return { ...args, mp: key, [key]: propertyText("lxc", key, properties), digest };
}

const mp: ExtraParam = { type: "string", required: true, description: "mp0…" };

export default defineTool({
  name: "proxmox_lxc_mountpoint",
  title: "Mount points",
  description: "Add a volume to a container or detach one, which stays as unusedN.",
  actions: {
    add: write("PUT /nodes/{node}/lxc/{vmid}/config", {
      extraParams: {
        mp: { ...mp, required: false },
        storage: { type: "string", required: true },
        size: { type: "size", required: true, description: "8G" },
        path: { type: "string", required: true, description: "in the container" },
        ...OPTIONS,
      },
      successMessage: "Added {mp} at {path} to {guest}",
      prepare: addition,
      outcome: configOutcome,
      uses: CONFIG_READS,
    }),
    remove: write("PUT /nodes/{node}/lxc/{vmid}/config", {
      extraParams: { mp, volume: { type: "string", unlisted: true } },
      successMessage: "Removed {mp} from {guest}",
      prepare: async (args, context) => ({
        ...args,
        ...await detachment(context, String(args.mp), /^mp\d+$/),
      }),
      outcome: (context, args, end) =>
        detachOutcome(context, args, end, "proxmox_guest_config_update delete="),
      uses: CONFIG_READS,
    }),
  },
});
