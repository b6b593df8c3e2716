import type { Args } from "../../pve/encode.ts";
import { parseUpid } from "../../pve/upid.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { type CallContext, guestOf, nodeOf } from "../../tool/context.ts";
import { defineTool, destroy, type OwnParam, read, write } from "../../tool/define.ts";
import { followedAnswer } from "../../tool/respond.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";
import { listBackups } from "./_list.ts";
import { restore } from "./_restore.ts";

const TEXT: OwnParam = { type: "string" };

async function create(context: CallContext, given: Args): Promise<Answer> {
  const { compress, ...args } = joinRetention(given, context);
  const guest = guestOf(context);
  const { data } = await context.request("POST /nodes/{node}/vzdump", {
    ...args,
    compress: compress === "none" ? "0" : compress,
    node: nodeOf(context),
    vmid: guest.vmid,
  });
  const title = `Backed up ${guest.name} (${guest.vmid}) to ${args.storage}`;
  if (parseUpid(data)) return await followedAnswer(context, String(data), title);
  // vzdump answers "OK" without a task when it finds no guest to back up on that node.
  throw new ToolError(`${guest.name} (${guest.vmid}) was not backed up`, {
    reason: `Proxmox VE answered "${data}" without starting a task: it found nothing to do`,
    notes: [`The guest may have left ${nodeOf(context)} meanwhile: try again`],
  });
}

export default defineTool({
  name: "proxmox_backup",
  title: "Backups",
  description: "Back up a guest now; list, restore and delete backups.",
  words: {
    vmid: "restore: may be a free number",
    archive: "backup volume id",
    storage: "restore: for the disks",
    force: "overwrite that guest",
    unique: "new MAC addresses",
  },
  actions: {
    create: write("POST /nodes/{node}/vzdump", {
      target: "guest",
      params: ["storage", "mode", "notes-template", "protected"],
      own: {
        compress: { type: "string", enum: ["none", "lzo", "gzip", "zstd", "0", "1"] },
        ...RETENTION_PARAMS,
      },
      defaults: { storage: "local", mode: "snapshot", compress: "zstd" },
      run: create,
    }),
    list: read("GET /nodes/{node}/storage/{storage}/content", {
      target: "none",
      params: ["storage"],
      own: { vmid: TEXT, node: { ...TEXT, unlisted: true } },
      run: listBackups,
      uses: ["GET /cluster/resources"],
    }),
    restore: destroy({ vm: "POST /nodes/{node}/qemu", lxc: "POST /nodes/{node}/lxc" }, {
      target: "none",
      params: ["storage", "force", "unique", "start"],
      own: {
        vmid: { ...TEXT, required: true },
        archive: { ...TEXT, required: true },
        node: TEXT,
        type: { type: "string", enum: ["vm", "qemu", "lxc", "ct"], unlisted: true },
      },
      run: restore,
      uses: ["GET /cluster/resources"],
    }),
    delete: destroy("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      params: ["storage", "volume"],
      required: ["storage"],
      done: "{volume} is deleted",
    }),
  },
});
