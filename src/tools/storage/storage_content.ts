import type { Args } from "../../pve/encode.ts";
import type { Answer } from "../../tool/answer.ts";
import { type CallContext, nodeOf } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { completeDownload } from "./_content.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";
import { uploadFile } from "./_upload.ts";
import { answerOfTask } from "../../answer/task_answer.ts";
import { listAnswer } from "../../answer/list.ts";

const DRY_RUN = "GET /nodes/{node}/storage/{storage}/prunebackups";

async function prune(context: CallContext, args: Args): Promise<Answer> {
  const { "dry-run": dryRun, ...sent } = joinRetention({ ...args, node: nodeOf(context) }, context);
  if (dryRun === true) {
    const { data } = await context.request(DRY_RUN, sent);
    const columns = { columns: ["volid", "mark", "type", "vmid", "ctime"] };
    return listAnswer(
      data as unknown[],
      columns,
      context.options,
      "Nothing removed; marked backups",
    );
  }
  const answer = await context.request(
    "DELETE /nodes/{node}/storage/{storage}/prunebackups",
    sent,
  );
  return await answerOfTask(
    context,
    String(answer.data),
    `Pruned the backups on ${args.storage}`,
  );
}

export default defineTool({
  name: "proxmox_storage_content",
  title: "Storage content",
  description: "ISOs, templates, disks and backups on a storage.",
  parameterDescriptions: {
    content: "iso, vztmpl, import",
    filename: "upload: path on this server's machine",
    volume: "storage:iso/x.iso",
    "prune-backups": "keep-last=3,…",
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
      required: ["storage", "content"],
      params: ["checksum"],
      extraParams: { filename: { type: "string" }, file: { type: "string", unlisted: true } },
      run: uploadFile,
    }),
    download_url: write("POST /nodes/{node}/storage/{storage}/download-url", {
      params: ["url", "content", "filename", "checksum"],
      suppliedByPrepare: ["filename"],
      prepare: completeDownload,
      successMessage: "Downloaded {url} to {storage}",
    }),
    delete: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}", {
      params: ["storage", "volume"],
      required: ["storage"],
      successMessage: "{volume} is deleted",
    }),
    prune: write("DELETE /nodes/{node}/storage/{storage}/prunebackups", {
      params: ["prune-backups", "vmid", "type"],
      required: ["storage"],
      extraParams: { "dry-run": { type: "boolean" }, ...RETENTION_PARAMS },
      run: prune,
      uses: [DRY_RUN],
    }),
  },
});
