import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { splitList } from "../../pve/split_list.ts";
import { ToolError } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, write } from "../../tool/define.ts";
import { configOf } from "./_volumes.ts";
import { CONFIG_READS, configOutcome } from "./_pending.ts";
import { SSH_KEYS, withEncodedKeys } from "./_ssh_keys.ts";
import { TAG_PARAMS, withTags } from "./_tags.ts";

function nothingToChange(reason: string): ToolError {
  return new ToolError("Nothing to change", { reason, notes: ["Nothing was done"] });
}

/** PVE takes keys that are not set for deleted, and says so only in its log. */
async function checkDeletion(args: Args, context: ReadContext): Promise<void> {
  const keys = splitList(args.delete);
  if (keys.length === 0) return;
  const guest = guestOf(context);
  const config = await configOf(context, guest);
  const absent = keys.filter((key) => !Object.hasOwn(config, key));
  const message = `The config of ${nameOf(guest)} has no ${absent.join(", ")}`;
  const others = Object.keys(args).some((key) => !/^(delete|digest|force)$/.test(key));
  if (absent.length === keys.length && !others) throw nothingToChange(message);
  if (absent.length > 0) context.notes.push(message);
}

const TAG_NAMES = Object.keys(TAG_PARAMS);

async function prepare(input: Args, context: ReadContext): Promise<Args> {
  const args = await withTags(withEncodedKeys(input), context);
  if (!Object.keys(args).some((key) => key !== "digest")) {
    throw nothingToChange(
      TAG_NAMES.some((name) => input[name] !== undefined)
        ? `The tags of ${nameOf(guestOf(context))} are as asked for`
        : 'Neither a key in "config" nor "delete" is given',
    );
  }
  await checkDeletion(args, context);
  return args;
}

export default defineTool({
  name: "proxmox_guest_config_update",
  title: "Change configuration",
  description: "Set or delete any configuration; add_tags, remove_tags.",
  parameterDescriptions: { delete: "keys" },
  actions: {
    default: write({
      // The task may take as long as it takes to allocate a disk; PUT ends after 30 seconds.
      vm: "POST /nodes/{node}/qemu/{vmid}/config",
      lxc: "PUT /nodes/{node}/lxc/{vmid}/config",
    }, {
      extraParams: {
        config: {
          type: "object",
          spread: true,
          properties: {
            onboot: { type: "boolean" },
            cores: { type: "integer" },
          },
        },
        memory: { type: "memory", unlisted: true },
        sshkeys: SSH_KEYS,
        ...TAG_PARAMS,
      },
      params: ["delete"],
      successMessage: "Changed the configuration of {guest}",
      prepare,
      outcome: configOutcome,
      uses: CONFIG_READS,
    }),
  },
});
