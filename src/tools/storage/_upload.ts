/**
 * Sends a file of this machine to a storage.
 *
 * @module
 */
import { KIB } from "../../base/byte_units.ts";
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { multipart } from "../../pve/transport/multipart.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { type CallContext, nodeOf, type ReadContext } from "../../tool/context.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import type { FileState, LocalFile } from "../../tool/services.ts";
import { withoutTimeLimit } from "../../answer/without_time_limit.ts";
import { bytes as bytesInWords } from "../../base/text/units.ts";
import { snippetRequests, SNIPPETS, writeSnippet } from "./_snippets.ts";
import { arrived, checkExtension, completeChecksum } from "./_content.ts";
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
  const name = basename(String(filename ?? path));
  // As PVE does with all that it takes in no name: these would end the line that the name is in.
  return { path: String(path), name: name.replace(/["\p{Cc}]/gu, "_") };
}

/** Reports whole per cents of what was sent. */
function reporter(context: ReadContext, name: string, size: number): (sent: number) => void {
  let last = -1;
  return (sent) => {
    const percent = Math.floor((sent / Math.max(size, 1)) * 100);
    if (percent === last) return;
    last = percent;
    context.progress?.(`${name}: sent ${bytesInWords(sent)} of ${bytesInWords(size)}`, percent);
  };
}

const UPLOAD = "POST /nodes/{node}/storage/{storage}/upload";

/** The upload, as far as it decides what is written over. */
export async function uploadRequests(context: ReadContext, args: Args): Promise<PlannedRequest[]> {
  if (args.content === SNIPPETS) return await snippetRequests(context, args);
  const { path, name } = await namesOf(args);
  checkExtension(String(args.content), name);
  // A file that cannot be read is told before anybody is asked.
  const { state, stream } = await context.files.open(path);
  await stream.cancel();
  return [requestOf(context, completeChecksum(args), name, state)];
}

function requestOf(
  context: ReadContext,
  args: Args,
  filename: string,
  file: FileState,
): PlannedRequest {
  const { storage, content, checksum, "checksum-algorithm": algorithm } = args;
  const sums = defined({ "checksum-algorithm": algorithm, checksum });
  const sent = { node: nodeOf(context), storage, content, ...sums, filename };
  return { operation: UPLOAD, args: sent, file };
}

/** Sends the bytes; answers the UPID of the task that puts them in their place. */
async function send(context: CallContext, args: Args, file: LocalFile): Promise<string> {
  const request = requestOf(context, args, file.name, file.state);
  const { node: _node, storage: _storage, filename: _filename, ...fields } = request.args;
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  const timeoutSeconds = Math.min(LONGEST, context.config.timeout + file.size / SLOWEST);
  const body = multipart(
    Object.fromEntries(texts),
    file,
    reporter(context, file.name, file.size),
  );
  const answer = await withoutTimeLimit(
    context,
    `Sending ${file.name}`,
    () => context.upload(request, { timeoutSeconds }, body),
  );
  return String(answer.data);
}

/** Sends the file, then waits for the task that puts it in its place. */
export async function uploadFile(context: CallContext, input: Args): Promise<Answer> {
  if (input.content === SNIPPETS) return await writeSnippet(context, input);
  const { path, name } = await namesOf(input);
  const args = completeChecksum(input);
  checkExtension(String(args.content), name);
  const file = await context.files.open(path);
  try {
    const upid = await send(context, args, { ...file, name });
    const title = `Uploaded ${name} (${bytesInWords(file.size)}) to ${args.storage}`;
    return await answerOfTask(
      context,
      upid,
      title,
      async ({ state }) =>
        state === "done" ? await arrived(context, { ...args, filename: name }) : {},
    );
  } finally {
    // Closes a file that was not read to its end; one that was is closed already.
    await file.stream.cancel().catch(() => undefined);
  }
}
