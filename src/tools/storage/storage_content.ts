import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { logOutcome } from "../../answer/task_answer.ts";
import { deletedVolume } from "../_volume_deleted.ts";
import { CONTENT } from "../_volume_made.ts";
import { arrived, completeDownload, pulledImage } from "./_content.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";
import { SNIPPETS } from "./_snippets.ts";
import { uploadFile, uploadRequests } from "./_upload.ts";

/** `dry-run=false` is as good as none. */
function pruning(input: Args, context: ReadContext): Args {
  const { "dry-run": dryRun, ...args } = joinRetention(input, context);
  return dryRun === true ? { ...args, "dry-run": dryRun } : args;
}

export default defineTool({
  name: "proxmox_storage_content",
  title: "Storage content",
  description: "ISOs, templates, disks and backups on a storage.",
  parameterDescriptions: {
    content: "iso, vztmpl, import, snippets",
    filename: "upload: path on the server's machine",
    text: "of a snippet",
    volume: "local:iso/x.iso",
    "prune-backups": "keep-last=3",
  },
  actions: {
    list: read("GET /nodes/{node}/storage/{storage}/content", {
      params: ["storage", "content", "vmid"],
      columns: ["volid", "content", "format", "size", "vmid", "ctime", "protected", "notes"],
      successMessage: "Content of {storage} on {node}",
    }),
    list_templates: read("GET /nodes/{node}/storage/{storage}/content", {
      fixed: { content: "vztmpl" },
      columns: ["volid", "size", "ctime"],
      successMessage: "Container templates in {storage} on {node}",
    }),
    upload: write("POST /nodes/{node}/storage/{storage}/upload", {
      required: ["storage"],
      params: ["checksum", "checksum-algorithm"],
      extraParams: {
        content: { type: "string", enum: ["iso", "vztmpl", "import", SNIPPETS], required: true },
        filename: { type: "string" },
        text: { type: "string" },
        file: { type: "string", unlisted: true },
      },
      run: uploadFile,
      alsoReads: [CONTENT, "GET /storage/{storage}"],
      requests: uploadRequests,
    }),
    download_url: write("POST /nodes/{node}/storage/{storage}/download-url", {
      params: ["url", "content", "filename", "checksum", "checksum-algorithm"],
      suppliedByPrepare: ["filename"],
      prepare: completeDownload,
      outcome: async (context, args, { state }) =>
        state === "done" ? await arrived(context, args) : {},
      alsoReads: [CONTENT],
      successMessage: "Downloaded {url} to {storage}",
    }),
    pull_oci: write("POST /nodes/{node}/storage/{storage}/oci-registry-pull", {
      params: ["storage", "reference"],
      outcome: pulledImage,
      uses: ["GET /nodes/{node}/storage/{storage}/content"],
      successMessage: "Pulled {reference} to {storage}",
    }),
    delete: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      params: ["storage", "volume"],
      required: ["storage"],
      outcome: deletedVolume,
      successMessage: "{volume} is deleted",
    }),
    prune: write({
      param: "dry-run",
      given: "GET /nodes/{node}/storage/{storage}/prunebackups",
      otherwise: "DELETE /nodes/{node}/storage/{storage}/prunebackups",
    }, {
      params: ["prune-backups", "vmid"],
      required: ["storage"],
      extraParams: { "dry-run": { type: "boolean" }, ...RETENTION_PARAMS },
      prepare: pruning,
      columns: ["volid", "mark", "type", "vmid", "ctime"],
      outcome: (context, args, end) =>
        args["dry-run"] === true
          ? { title: "Nothing removed; marked backups" }
          : logOutcome(context, args, end),
      successMessage: "Pruned the backups on {storage}",
    }),
  },
});
