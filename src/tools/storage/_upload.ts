/**
 * Sends a file of this machine to a storage.
 *
 * @module
 */
import { KIB } from "../../base/byte_units.ts";
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { upload } from "../../pve/bytes.ts";
import { multipart, type UploadFile } from "../../pve/multipart.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { type CallContext, nodeOf } from "../../tool/context.ts";
import { withoutTimeLimit } from "../../answer/without_time_limit.ts";
import { bytes as bytesInWords } from "../../base/text/units.ts";
import { checkExtension, completeChecksum } from "./_content.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

/** Bytes a second that a line must manage: the upload may take as long as it does at that pace. */
const SLOWEST = 64 * KIB;
/** Seconds; a timer cannot be longer than 2^31 ms. */
const LONGEST = 2_000_000;

interface Names {
  /** On this machine. */
  readonly path: string;
  /** At Proxmox VE. */
  readonly name: string;
}

/** `filename` is the path; along with `file` it is the name at Proxmox VE. */
async function namesOf({ file, filename }: Args): Promise<Names> {
  const path = file ?? filename;
  if (path === undefined) {
    throw new ToolError("Cannot upload without a file", {
      reason: "filename is the path of a file on the machine that this server runs on",
      parameters: { filename: "is missing" },
    });
  }
  const { basename } = await import("node:path");
  return { path: String(path), name: basename(String(filename ?? path)) };
}

/** Reports whole per cents of what was sent. */
function reporter(context: CallContext, name: string, size: number): (sent: number) => void {
  let last = -1;
  return (sent) => {
    const percent = Math.floor((sent / Math.max(size, 1)) * 100);
    if (percent === last) return;
    last = percent;
    context.progress?.(`${name}: sent ${bytesInWords(sent)} of ${bytesInWords(size)}`, percent);
  };
}

/** Sends the bytes; answers the UPID of the task that puts them in their place. */
async function send(context: CallContext, args: Args, file: UploadFile): Promise<string> {
  const { checksum, "checksum-algorithm": algorithm } = args;
  const fields = {
    content: String(args.content),
    ...defined({
      "checksum-algorithm": algorithm?.toString(),
      checksum: checksum?.toString(),
    }),
  };
  const { pve, signal, config } = context;
  const timeoutSeconds = Math.min(LONGEST, config.timeout + file.size / SLOWEST);
  const answer = await withoutTimeLimit(context, `Sending ${file.name}`, () =>
    upload(
      pve,
      "POST /nodes/{node}/storage/{storage}/upload",
      { node: nodeOf(context), storage: args.storage },
      multipart(fields, file, reporter(context, file.name, file.size)),
      { signal, timeoutSeconds },
    ));
  return String(answer.data);
}

/** Sends the file, then waits for the task that puts it in its place. */
export async function uploadFile(context: CallContext, input: Args): Promise<Answer> {
  const { path, name } = await namesOf(input);
  const args = completeChecksum(input);
  checkExtension(String(args.content), name);
  const file = await context.files.open(path);
  try {
    const upid = await send(context, args, { ...file, name });
    const title = `Uploaded ${name} (${bytesInWords(file.size)}) to ${args.storage}`;
    return await answerOfTask(context, upid, title);
  } finally {
    // Closes a file that was not read to its end; one that was is closed already.
    await file.stream.cancel().catch(() => undefined);
  }
}
