import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { guestOf } from "../../tool/context.ts";
import { GUEST_TYPES } from "../../tool/compatibility_table.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { deletedVolume } from "../_volume_deleted.ts";
import { backupMade, CONTENT } from "../_volume_made.ts";
import { CREATION_READS } from "../create/_created.ts";
import { deleteOld, deletions } from "./_delete_old.ts";
import { listBackups } from "./_list.ts";
import { restore, restoreRequest } from "./_restore.ts";
import { BACKUP_ARGS, backupArgs, backUpSeveral, severalRequests } from "./_several.ts";

const TEXT: ExtraParam = { type: "string" };

/** Whoever deletes a backup means no disk and no image. */
function onlyBackup(args: Args): Promise<Args> {
  if (/(?:^|:)backup\//.test(String(args.volume))) return Promise.resolve(args);
  throw new ToolError(`${args.volume} is no backup`, {
    reason: "Nothing was deleted",
    notes: ["proxmox_storage_content action=delete deletes other volumes"],
  });
}

export default defineTool({
  name: "proxmox_backup",
  title: "Backups",
  description: "Back up guests now. newest: the last of each guest.",
  parameterDescriptions: {
    vmid: "create: one or several; restore: or free",
    archive: "backup volume id",
    storage: "restore: for the disks",
    force: "overwrite that guest",
    unique: "new MAC addresses",
    network: "off: links down",
  },
  actions: {
    create: write("POST /nodes/{node}/vzdump", {
      target: "guest",
      params: ["storage", "mode", "notes-template", "protected"],
      ...BACKUP_ARGS,
      prepare: backupArgs,
      outcome: async (context, { storage }, end) => {
        const { node, vmid } = guestOf(context);
        return await backupMade(context, { node, storage: String(storage), vmid }, end);
      },
      alsoReads: [CONTENT],
      successMessage: "Backed up {guest} to {storage}",
      several: write("POST /nodes/{node}/vzdump", {
        target: "none",
        ...BACKUP_ARGS,
        run: backUpSeveral,
        requests: severalRequests,
        uses: ["GET /cluster/resources", "GET /nodes/{node}/tasks/{upid}/log", CONTENT],
      }),
    }),
    list: read("GET /nodes/{node}/storage/{storage}/content", {
      target: "none",
      params: ["storage"],
      extraParams: {
        vmid: TEXT,
        newest: { type: "boolean" },
        node: { ...TEXT, unlisted: true },
      },
      run: listBackups,
      content: "backup",
      uses: ["GET /cluster/resources", "GET /storage"],
      alsoReads: ["GET /access/permissions"],
    }),
    restore: write({ vm: "POST /nodes/{node}/qemu", lxc: "POST /nodes/{node}/lxc" }, {
      target: "none",
      params: ["storage", "force", "unique", "start", "hostname"],
      extraParams: {
        vmid: { type: "integer", format: "pve-vmid", required: true },
        archive: { ...TEXT, required: true },
        node: TEXT,
        network: { type: "string", enum: ["off"] },
        type: { type: "string", enum: Object.keys(GUEST_TYPES), unlisted: true },
      },
      run: restore,
      requests: async (context, args) => [await restoreRequest(context, args)],
      uses: [
        "GET /cluster/resources",
        "GET /nodes/{node}/vzdump/extractconfig",
        ...CREATION_READS,
      ],
    }),
    delete: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      params: ["storage", "volume"],
      required: ["storage"],
      prepare: onlyBackup,
      outcome: deletedVolume,
      successMessage: "{volume} is deleted",
    }),
    delete_old: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      target: "none",
      extraParams: {
        before: { ...TEXT, required: true, description: "90d" },
        vmid: TEXT,
        storage: { ...TEXT, required: true },
        node: { ...TEXT, unlisted: true },
      },
      run: deleteOld,
      requests: deletions,
      uses: [
        "GET /cluster/resources",
        "GET /nodes/{node}/storage/{storage}/content",
        "GET /storage",
      ],
    }),
  },
});
