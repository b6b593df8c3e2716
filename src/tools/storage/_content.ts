/**
 * What uploads and downloads have in common: names that Proxmox VE will take, and checksums.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, Outcome } from "../../tool/define.ts";
import { fileMade } from "../_volume_made.ts";

interface Extensions {
  readonly pattern: RegExp;
  readonly extensions: string;
}

/** By content type, as PVE::Storage has them; it looks only after all bytes have arrived. */
const EXTENSIONS: Readonly<Record<string, Extensions>> = {
  iso: { pattern: /\.(iso|img)$/i, extensions: ".iso or .img" },
  vztmpl: {
    pattern: /\.tar(\.(gz|xz|zst|bz2))?$/i,
    extensions: ".tar.gz, .tar.xz, .tar.zst, .tar.bz2 or .tar",
  },
  import: { pattern: /\.(ova|qcow2|raw|vmdk)$/i, extensions: ".ova, .qcow2, .raw or .vmdk" },
};

/**
 * Refuses a name that the content type does not allow.
 *
 * @throws {ToolError}
 */
export function checkExtension(content: string, name: string): void {
  const wanted = EXTENSIONS[content];
  if (!wanted || wanted.pattern.test(name)) return;
  throw new ToolError(`Cannot store "${name}" as ${content}`, {
    reason: `Names of ${content} end in ${wanted.extensions}`,
    parameters: { filename: `expected ${wanted.extensions}` },
    notes: ["Nothing was sent"],
  });
}

/** Hex digits of a checksum tell its algorithm. */
const ALGORITHMS: Readonly<Record<number, string>> = {
  32: "md5",
  40: "sha1",
  56: "sha224",
  64: "sha256",
  96: "sha384",
  128: "sha512",
};

/** The arguments with the algorithm of the checksum, which its length tells, or what is before it. */
export function completeChecksum(args: Args): Args {
  const { checksum, "checksum-algorithm": algorithm } = args;
  const [, named, digits] = /^(md5|sha\d+):\s*(\w+)$/i.exec(String(checksum)) ?? [];
  if (named !== undefined && digits !== undefined) {
    const inText = named.toLowerCase();
    if (algorithm !== undefined && algorithm !== inText) {
      throw new ToolError("Cannot tell the algorithm of the checksum", {
        reason: `The checksum says ${inText}, checksum-algorithm says ${algorithm}`,
        notes: ["Nothing was sent to Proxmox VE"],
      });
    }
    return { ...args, checksum: digits, "checksum-algorithm": inText };
  }
  if (checksum === undefined || algorithm !== undefined) return args;
  const guessed = ALGORITHMS[String(checksum).length];
  if (guessed !== undefined) return { ...args, "checksum-algorithm": guessed };
  throw new ToolError("Cannot tell the algorithm of the checksum", {
    reason: "Its length is that of none",
    parameters: { "checksum-algorithm": "is missing" },
  });
}

/** The last part of a URL's path; one that does not decode stays as it is. */
function lastPart(url: string): string {
  const last = URL.parse(url)?.pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The arguments of a download, with the file's name from its URL when there is none. */
export function completeDownload(args: Args): Args {
  const last = lastPart(String(args.url));
  // A compressed download is stored without the suffix of its compression.
  const plain = args.compression === undefined ? last : last.replace(/\.[^.]+$/, "");
  const filename = String(args.filename ?? plain);
  if (filename === "") {
    throw new ToolError("Cannot tell the name of the file", {
      reason: "The URL ends in no name",
      parameters: { filename: "is missing" },
    });
  }
  checkExtension(String(args.content), filename);
  return { ...completeChecksum(args), filename };
}

/** The file that an upload or a download has left on the storage. */
export async function arrived(context: ReadContext, args: Args): Promise<Outcome> {
  const { storage, content, filename, checksum, "checksum-algorithm": algorithm } = args;
  const where = { node: nodeOf(context), storage: String(storage), content: String(content) };
  return await fileMade(
    context,
    where,
    String(filename),
    checksum === undefined ? undefined : algorithm,
  );
}

/** The template that a pulled image has become, as containers are created from it. */
export async function pulledImage(
  context: ReadContext,
  { storage }: Args,
  { state }: CallResult,
): Promise<Outcome> {
  if (state !== "done") return {};
  const { data } = await context.request("GET /nodes/{node}/storage/{storage}/content", {
    ...{ node: nodeOf(context), storage, content: "vztmpl" },
  });
  const rows = data as readonly Row[];
  const [newest] = rows.toSorted((one, other) => Number(other.ctime) - Number(one.ctime));
  return newest
    ? { notes: [`proxmox_create_lxc ostemplate=${newest.volid} makes a container of it`] }
    : {};
}
