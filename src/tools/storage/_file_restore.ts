/**
 * Single files out of a backup on a Proxmox Backup Server: paths in base64 for Proxmox VE, bytes to
 * a file of this machine or into the answer.
 *
 * @module
 */
import { KIB } from "../../base/byte_units.ts";
import type { Args } from "../../pve/encode.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import type { Services } from "../../tool/services.ts";
import { withoutTimeLimit } from "../../answer/without_time_limit.ts";
import { onlyReads } from "../../tool/only_reads.ts";
import { MAX_BASE64_CHARACTERS, textOfBytes } from "../../answer/text_of_bytes.ts";
import { bytes as bytesInWords } from "../../base/text/units.ts";

/** Bytes that an answer may hold. */
const LARGEST_ANSWER = 64 * KIB;
/** Seconds: the server starts a small VM to read the backup of a VM, and a file may be large. */
const TIMEOUT = 86_400;

/** A plain path in base64; base64 of a path never starts with a slash. */
export function encodeFilepath(args: Args): Args {
  const filepath = String(args.filepath ?? "/");
  const plain = filepath.startsWith("/") && filepath !== "/";
  return { ...args, filepath: plain ? new TextEncoder().encode(filepath).toBase64() : filepath };
}

/** Entries with their path as text. */
export function decodeEntries(data: unknown): unknown {
  return (data as Row[]).map(({ filepath, ...row }) => ({
    path: new TextDecoder().decode(Uint8Array.fromBase64(String(filepath))),
    ...row,
  }));
}

function tooLarge(most: string): ToolError {
  return new ToolError(`It is larger than ${most}`, {
    reason: "Larger files do not fit in an answer",
    notes: ["Give to=/path/of/a/new/file on the machine that this server runs on"],
  });
}

async function readSmall(bytes: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const read = new Uint8Array(LARGEST_ANSWER);
  let size = 0;
  for await (const chunk of bytes) {
    if (size + chunk.length > LARGEST_ANSWER) {
      throw tooLarge(bytesInWords(LARGEST_ANSWER));
    }
    read.set(chunk, size);
    size += chunk.length;
  }
  return read.subarray(0, size);
}

/** Text as text, all else in base64. */
function contentAnswer(title: string, bytes: Uint8Array): Answer {
  const size = { size: bytes.length };
  const text = textOfBytes(bytes);
  if (text !== undefined) return { title, object: size, texts: [{ label: "Content", text }] };
  const base64 = bytes.toBase64();
  if (base64.length > MAX_BASE64_CHARACTERS) {
    throw tooLarge(
      `the ${bytesInWords(MAX_BASE64_CHARACTERS / 4 * 3)} that an answer has for what is no text`,
    );
  }
  return { title, object: { ...size, base64 } };
}

/** Fetches one file, or a folder as an archive. */
export async function downloadFile(
  context: ReadContext & Pick<Services, "files">,
  { to, ...args }: Args,
): Promise<Answer> {
  const { files, config } = context;
  // Said before anything is read: the node starts a VM for it.
  if (to !== undefined && config.readOnly) {
    throw onlyReads(`Cannot write "${to}": this server only reads`, config);
  }
  const fetchBytes = <T>(read: (bytes: ReadableStream<Uint8Array>) => Promise<T>): Promise<T> =>
    withoutTimeLimit(context, `Fetching ${args.filepath}`, () =>
      context.download(
        "GET /nodes/{node}/storage/{storage}/file-restore/download",
        encodeFilepath({ ...args, node: nodeOf(context) }),
        { timeoutSeconds: TIMEOUT },
        read,
      ));
  if (to === undefined) {
    return contentAnswer(`${args.filepath} of ${args.volume}`, await fetchBytes(readSmall));
  }
  await fetchBytes((bytes) => files.save(String(to), bytes));
  return { title: `Saved ${args.filepath} of ${args.volume} as ${to}` };
}
