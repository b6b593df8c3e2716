import { defineTool, read } from "../../tool/define.ts";
import { decodeEntries, downloadFile, encodeFilepath } from "./_file_restore.ts";

export default defineTool({
  name: "proxmox_file_restore",
  title: "Files in a backup",
  description: "Single files of a backup on Proxmox Backup Server.",
  parameterDescriptions: {
    volume: "backup volume id",
    path: "/drive-scsi0.img.fidx/…",
    to: "file on the server's machine; else 64 KiB here",
  },
  actions: {
    list: read("GET /nodes/{node}/storage/{storage}/file-restore/list", {
      params: ["storage", "volume", "filepath"],
      defaults: { filepath: "/" },
      prepare: encodeFilepath,
      shape: decodeEntries,
      columns: ["path", "type", "size", "mtime", "text"],
      successMessage: "Files in {volume}",
    }),
    download: read("GET /nodes/{node}/storage/{storage}/file-restore/download", {
      params: ["storage", "volume"],
      required: ["storage", "volume", "path"],
      extraParams: { to: { type: "string" } },
      unmaskedFields: ["Content", "base64"],
      savesFile: true,
      run: downloadFile,
    }),
  },
});
