import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, write } from "../../tool/define.ts";
import { configOutcome } from "./_pending.ts";
import { SSH_KEYS, withEncodedKeys } from "./_ssh_keys.ts";

function prepare(given: Args): Args {
  const args = withEncodedKeys(given);
  if (Object.keys(args).some((key) => key !== "digest")) return args;
  throw new ToolError("Nothing to change", {
    reason: 'Neither a key in "config" nor "delete" is given',
    notes: ["Nothing was done"],
  });
}

/** Deleting a key keeps its volume as `unusedN`; deleting that, or with force, deletes the data. */
function deletesData(args: Args): boolean {
  return args.force === true || splitList(args.delete).some((key) => key.startsWith("unused"));
}

export default defineTool({
  name: "proxmox_guest_config_update",
  title: "Change a guest's configuration",
  description: "Set or delete any configuration of a guest.",
  words: { delete: "keys" },
  actions: {
    default: write({
      // The task may take as long as it takes to allocate a disk; PUT ends after 30 seconds.
      vm: "POST /nodes/{node}/qemu/{vmid}/config",
      lxc: "PUT /nodes/{node}/lxc/{vmid}/config",
    }, {
      own: {
        config: {
          type: "object",
          spread: true,
          words: '{"onboot":true,"net0":"virtio,bridge=vmbr0"}',
        },
        memory: { type: "memory", unlisted: true },
        sshkeys: SSH_KEYS,
      },
      params: ["delete"],
      done: "Changed the configuration of {guest}",
      destroys: deletesData,
      loses: "the data of the deleted volumes",
      prepare,
      outcome: configOutcome,
      uses: ["GET /nodes/{node}/{type}/{vmid}/pending"],
    }),
  },
});
