import type { Args } from "../../pve/encode.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { parseUpid } from "../../pve/upid.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { type CallContext, guestOf, type ReadContext } from "../../tool/context.ts";
import { GUEST_TYPES } from "../../tool/compatibility_table.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { deletedVolume } from "../_missing.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";
import { START_READS } from "../guest/_started.ts";
import { listBackups } from "./_list.ts";
import { restore, restoreRequest } from "./_restore.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

const TEXT: ExtraParam = { type: "string" };
const VZDUMP = "POST /nodes/{node}/vzdump";

function backupArgs(context: ReadContext, input: Args, { node, vmid }: Guest): Args {
  const { compress, ...args } = joinRetention(input, context);
  return { ...args, compress: compress === "none" ? "0" : compress, node, vmid };
}

/** Starts the backup; without a UPID when Proxmox VE found nothing to do on that node. */
async function start(context: CallContext, input: Args, guest: Guest): Promise<unknown> {
  return (await context.request(VZDUMP, backupArgs(context, input, guest))).data;
}

async function create(context: CallContext, args: Args): Promise<Answer> {
  const guest = guestOf(context);
  const title = `Backed up ${nameOf(guest)} to ${args.storage}`;
  const first = await start(context, args, guest);
  if (parseUpid(first)) return await answerOfTask(context, String(first), title);
  // vzdump answers "OK" without a task when the guest is not there: nothing was done, look again.
  context.guests.forget();
  const again = await context.guests.find(guest.vmid, guest.type, context.signal);
  const second = again.node === guest.node ? first : await start(context, args, again);
  if (parseUpid(second)) {
    context.notes.push(`It had moved from ${guest.node} to ${again.node}`);
    return await answerOfTask(context, String(second), title);
  }
  throw new ToolError(`${nameOf(guest)} was not backed up`, {
    reason: `Proxmox VE answered "${second}" without starting a task: it found nothing to do`,
    notes: [`The guest has left ${again.node}, or is gone: try again in some seconds`],
  });
}

export default defineTool({
  name: "proxmox_backup",
  title: "Backups",
  description: "Back up a guest now; list, restore and delete backups.",
  parameterDescriptions: {
    vmid: "restore: may be a free number",
    archive: "backup volume id",
    storage: "restore: for the disks",
    force: "overwrite that guest",
    unique: "new MAC addresses",
  },
  actions: {
    create: write("POST /nodes/{node}/vzdump", {
      target: "guest",
      params: ["storage", "mode", "notes-template"],
      extraParams: {
        compress: { type: "string", enum: ["none", "lzo", "gzip", "zstd", "0", "1"] },
        ...RETENTION_PARAMS,
      },
      defaults: { storage: "local", mode: "snapshot", compress: "zstd" },
      run: create,
      requests: (context, args) => [
        { operation: VZDUMP, args: backupArgs(context, args, guestOf(context)) },
      ],
    }),
    list: read("GET /nodes/{node}/storage/{storage}/content", {
      target: "none",
      params: ["storage"],
      extraParams: { vmid: TEXT, node: { ...TEXT, unlisted: true } },
      run: listBackups,
      uses: ["GET /cluster/resources"],
    }),
    restore: write({ vm: "POST /nodes/{node}/qemu", lxc: "POST /nodes/{node}/lxc" }, {
      target: "none",
      params: ["storage", "force", "unique", "start"],
      extraParams: {
        // A number, not a name: what is protected is looked up by it.
        vmid: { type: "integer", format: "pve-vmid", required: true },
        archive: { ...TEXT, required: true },
        node: TEXT,
        type: { type: "string", enum: Object.keys(GUEST_TYPES), unlisted: true },
      },
      run: restore,
      requests: async (context, args) => [await restoreRequest(context, args)],
      uses: ["GET /cluster/resources", ...START_READS],
    }),
    delete: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      params: ["storage", "volume"],
      required: ["storage"],
      outcome: deletedVolume,
      successMessage: "{volume} is deleted",
    }),
  },
});
