/**
 * Snippets: Proxmox VE's API takes none, so they are written over SSH into the folder that the
 * storage's definition has for them. Source: get_subdir of PVE::Storage::Plugin.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { splitList } from "../../pve/split_list.ts";
import { bytes as bytesInWords } from "../../base/text/units.ts";
import type { Args } from "../../pve/encode.ts";
import { FILE_NAME, MAX_FILE_BYTES } from "../../ssh/types.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import { type CallContext, nodeOf, type ReadContext } from "../../tool/context.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import type { FileState } from "../../tool/services.ts";
import { checkSsh, explainedSsh } from "../_ssh.ts";
import { CONTENT } from "../_volume_made.ts";

/** The content type. */
export const SNIPPETS = "snippets";

/** A file that is to be written. */
interface Snippet {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The file that they are of, if they are. */
  readonly file?: FileState;
}

/** Where it goes on the node. */
interface Place {
  readonly node: string;
  readonly storage: string;
  readonly folder: string;
}

function refuse(title: string, reason: string, parameters?: Record<string, string>): ToolError {
  return new ToolError(title, {
    reason,
    ...(parameters ? { parameters } : {}),
    notes: ["Nothing was written"],
  });
}

/** All bytes of a file of this machine. */
async function contentOf(
  context: ReadContext,
  path: string,
): Promise<Pick<Snippet, "bytes" | "file">> {
  const { size, state, stream } = await context.files.open(path);
  if (size <= MAX_FILE_BYTES) return { bytes: await new Response(stream).bytes(), file: state };
  await stream.cancel();
  throw refuse(`Cannot use "${path}" as a snippet`, `It has ${bytesInWords(size)}`, {
    filename: `${bytesInWords(MAX_FILE_BYTES)} at most`,
  });
}

/** The text under the name of `filename`; without a text, `filename` is a path on this machine. */
async function snippetOf(context: ReadContext, { text, filename, file }: Args): Promise<Snippet> {
  const path = file ?? filename;
  const name = text === undefined ? String(path).replace(/^.*\//, "") : String(filename);
  if (path === undefined || !FILE_NAME.test(name)) {
    throw refuse("Cannot write the snippet", "Nothing was sent", {
      filename: path === undefined
        ? "is missing"
        : `expected a plain file name of letters, digits, _, . and -, got "${name}"`,
    });
  }
  if (text === undefined) return { name, ...await contentOf(context, String(path)) };
  const bytes = new TextEncoder().encode(String(text));
  if (bytes.length <= MAX_FILE_BYTES) return { name, bytes };
  throw refuse("Cannot write the snippet", "Nothing was sent", {
    text: `has ${bytesInWords(bytes.length)}, more than ${bytesInWords(MAX_FILE_BYTES)}`,
  });
}

/** `snippets=custom/dir,iso=…`, or the same as an object. */
function subfolder(overrides: unknown): string {
  const entries: readonly string[] = typeof overrides === "object" && overrides !== null
    ? Object.entries(overrides).map((pair) => pair.join("="))
    : splitList(overrides);
  const own = entries.find((each) => each.startsWith(`${SNIPPETS}=`));
  return own?.slice(SNIPPETS.length + 1) ?? SNIPPETS;
}

/** The folder of the storage's snippets, by its definition. */
async function placeOf(context: ReadContext, args: Args): Promise<Place> {
  const storage = String(args.storage);
  const { data } = await context.request("GET /storage/{storage}", { storage });
  const { path, content, "content-dirs": overrides } = data as Row;
  const title = `Cannot write snippets to ${storage}`;
  if (!splitList(content).includes(SNIPPETS)) {
    throw refuse(title, `Its content is ${content}: ${SNIPPETS} is not among it`);
  }
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw refuse(title, "It has no path: its files are in no folder of the node");
  }
  return { storage, node: nodeOf(context), folder: `${path}/${subfolder(overrides)}` };
}

const UPLOAD = "POST /nodes/{node}/storage/{storage}/upload";

function requestOf({ node, storage }: Place, { name, file }: Snippet): PlannedRequest {
  const args = { node, storage, content: SNIPPETS, filename: name };
  return { operation: UPLOAD, args, ...defined({ file }) };
}

/** The upload that would do it, if there were one: what it writes over is confirmed. */
export async function snippetRequests(
  context: ReadContext,
  args: Args,
): Promise<PlannedRequest[]> {
  checkSsh(context, "snippets");
  const snippet = await snippetOf(context, args);
  const place = await placeOf(context, args);
  context.notes.push(`It goes over SSH, as ${place.folder}/${snippet.name} on ${place.node}`);
  return [requestOf(place, snippet)];
}

/** What the storage holds under the snippet's name. */
async function rowOf(context: ReadContext, { node, storage }: Place, name: string): Promise<
  Row | undefined
> {
  const { data } = await context.request(CONTENT, { node, storage, content: SNIPPETS });
  const volid = `${storage}:${SNIPPETS}/${name}`;
  return (data as readonly Row[]).find((row) => row.volid === volid);
}

/** Writes it, over another one only when that one was seen, and so confirmed. */
export async function writeSnippet(context: CallContext, args: Args): Promise<Answer> {
  checkSsh(context, "snippets");
  const snippet = await snippetOf(context, args);
  const place = await placeOf(context, args);
  const { name, bytes } = snippet;
  const before = await rowOf(context, place, name);
  const volume = `${place.storage}:${SNIPPETS}/${name}`;
  try {
    await context.writeOnNode(requestOf(place, snippet), {
      ...{ node: place.node, folder: place.folder, name, bytes },
      replaces: before !== undefined,
      executable: bytes[0] === 0x23 && bytes[1] === 0x21,
    });
  } catch (error) {
    throw explainedSsh(error, `Cannot write ${volume}`);
  }
  return {
    title: `Wrote ${volume} (${bytesInWords(bytes.length)}) on ${place.node}${
      before ? ", over what was there" : ""
    }`,
  };
}
