import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { MAX_BASE64_CHARACTERS } from "../../answer/text_of_bytes.ts";
import { bytes } from "../../base/text/units.ts";
import { placeArgs } from "../guest/_state.ts";
import { agentContent } from "./_agent.ts";

/** Characters of content that PVE takes in one request. */
const MOST_CONTENT = 61_440;

interface FileRead {
  readonly content?: string;
  readonly "bytes-read"?: number;
  readonly truncated?: number | boolean;
}

async function readFile(context: ReadContext, args: Args): Promise<Answer> {
  const guest = guestOf(context);
  const { data } = await context.request("GET /nodes/{node}/qemu/{vmid}/agent/file-read", {
    ...args,
    ...placeArgs(guest),
  });
  const file = data as FileRead;
  const content = args.decode === false ? file.content ?? "" : agentContent(file.content);
  const isText = typeof content === "string";
  const base64 = isText ? "" : content.toBase64();
  const isShown = isText || base64.length <= MAX_BASE64_CHARACTERS;
  const size = file["bytes-read"] ?? content.length;
  const coded = args.decode === false || !isText;
  return {
    title: `Read ${args.file} in ${nameOf(guest)}: ${bytes(size)}`,
    object: { file: args.file, bytes: size, encoding: coded ? "base64" : "text" },
    ...defined({
      texts: isShown ? [{ label: "Content", text: isText ? content : base64 }] : undefined,
    }),
    notes: [
      ...(file.truncated ? ["The file is longer: PVE reads 16 MiB at most"] : []),
      ...(isShown ? [] : ["It is not text, and too long to show: offset and count read a part"]),
    ],
  };
}

/** Text that PVE may encode itself; it cannot encode characters beyond ASCII as UTF-8. */
function encoded(content: string): Args {
  if (/^[\p{ASCII}]*$/u.test(content)) return { content };
  return { content: new TextEncoder().encode(content).toBase64(), encode: false };
}

function prepareWrite(args: Args): Args {
  const text = String(args.content);
  const sent = args.encode === false ? { content: text, encode: false } : encoded(text);
  const length = String(sent.content).length;
  if (length > MOST_CONTENT) {
    throw new ToolError("Cannot write so much at once", {
      reason: `It is ${length} characters as sent, and Proxmox VE takes ${MOST_CONTENT}`,
      notes: [
        "Nothing was written; let the guest fetch it, or write parts and join them with proxmox_agent_exec",
      ],
    });
  }
  return { ...args, ...sent };
}

export default defineTool({
  name: "proxmox_agent_file",
  title: "Files in a VM",
  description: "Read or overwrite a file in a VM.",
  discriminator: "operation",
  actions: {
    read: read("GET /nodes/{node}/qemu/{vmid}/agent/file-read", {
      params: ["file"],
      unmaskedFields: ["Content", "content"],
      run: readFile,
      required: ["file"],
    }),
    write: write("POST /nodes/{node}/qemu/{vmid}/agent/file-write", {
      extraParams: { content: { type: "string", required: true } },
      params: ["file"],
      successMessage: "Wrote {file} in {guest}",
      mayDestroy: true,
      prepare: prepareWrite,
    }),
  },
});
