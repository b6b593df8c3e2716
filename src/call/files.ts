/**
 * Local files that a call sends or writes: behind a small interface, so that what the server may
 * touch is explicit, and refused in words where Deno does not allow it.
 *
 * @module
 */
import type { Hash } from "node:crypto";
import { isDiskFull } from "../base/process/file_trouble.ts";
import { KIB, MIB } from "../base/byte_units.ts";
import { bytes as bytesInWords } from "../base/text/units.ts";
import { ToolError } from "../tool/answer.ts";
import type { Files, FileState, LocalFile } from "../tool/services.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { opens, type Whose } from "../tool/server_rights.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { basename, dirname, join, resolve, sep } = await import("node:path");

type Access = "read" | "write";

function refused(access: Access, path: string, reason: string, ...notes: string[]): ToolError {
  return new ToolError(`Cannot ${access} "${path}"`, { reason, notes });
}

async function checkPermission(access: Access, path: string, folder: string): Promise<void> {
  const { state } = await Deno.permissions.query({ name: access, path: folder });
  if (state === "granted") return;
  throw refused(
    access,
    path,
    `This server was started without the permission to ${access} there`,
    `Start it with Deno's option --allow-${access}=${folder}`,
  );
}

/** The path with all links followed; of a file that is not there yet, its folder's. */
async function realPath(access: Access, path: string): Promise<string> {
  if (access === "read") return await Deno.realPath(path);
  return join(await Deno.realPath(dirname(path)), basename(path));
}

/** The real path of a file in the folder; links cannot lead out of it. */
async function pathInside(
  access: Access,
  path: string,
  folder: string | undefined,
  whose: Whose,
): Promise<string> {
  if (folder === undefined) {
    throw refused(
      access,
      path,
      "No folder of the machine that this server runs on is open to it",
      opens("files", whose),
    );
  }
  await checkPermission(access, path, folder);
  const inside = await explained(access, path, async () => {
    const root = await Deno.realPath(folder);
    const meant = resolve(root, path);
    const isMeantInside = [root, resolve(folder)].some((each) => meant.startsWith(each + sep));
    const real = await realPath(access, meant).catch((error) => {
      // Of what is elsewhere nobody is told whether it is there.
      if (!isMeantInside) return "";
      throw error;
    });
    return real.startsWith(root + sep) ? real : undefined;
  });
  if (inside !== undefined) return inside;
  throw refused(access, path, `It is not in "${folder}", the folder that PROXMOX_FILES_DIR opens`);
}

async function explained<T>(access: Access, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFile(access, path, error);
  }
}

function explainFile(access: Access, path: string, error: unknown): unknown {
  const reason = error instanceof Deno.errors.NotFound
    ? "There is no such file or folder on the machine that this server runs on"
    : error instanceof Deno.errors.AlreadyExists
    ? "It exists; nothing is written over it"
    : error instanceof Deno.errors.PermissionDenied
    ? "The operating system does not allow it"
    : isDiskFull(error)
    ? "There is no room left for it; what was written is removed"
    : undefined;
  return reason === undefined ? error : refused(access, path, reason);
}

/**
 * Bytes of the largest file that is told apart by its content. A larger one would take seconds for
 * each look, so that it is told apart by what the file system knows of it.
 */
const MOST_HASHED_BYTES = 16 * MIB;
/** Bytes of a file that are read at once: many calls may send files at the same time. */
const CHUNK_BYTES = 64 * KIB;

async function sha256(): Promise<Hash> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256");
}

/** The state of a small file, read from its beginning; undefined when it changes meanwhile. */
async function stateByContent(file: Deno.FsFile, size: number): Promise<FileState | undefined> {
  const hash = await sha256();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let left = size;
  for (let read = await file.read(chunk); read !== null && left >= 0;) {
    hash.update(chunk.subarray(0, read));
    left -= read;
    read = await file.read(chunk);
  }
  await file.seek(0, Deno.SeekMode.Start);
  return left === 0 ? { size, sha256: hash.digest("hex") } : undefined;
}

/**
 * The state of a large file. Another file in its place has another number; who writes to it changes
 * the time of its content, and who sets that back the time of its entry, which nobody can set.
 */
function stateByTimes({ size, mtime, ctime, ino }: Deno.FileInfo): FileState {
  const changed = (mtime?.getTime() ?? 0) / 1000;
  return { size, changed, identity: [ino, changed, ctime?.getTime()].join(" ") };
}

/** The bytes of a file, which do not come to their end when it is no longer in that state. */
function unchanged(
  name: string,
  file: Deno.FsFile,
  state: FileState,
  hash: Hash | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const isStill = async (): Promise<boolean> =>
    hash
      ? hash.digest("hex") === state.sha256
      : stateByTimes(await file.stat()).identity === state.identity;
  /** The next bytes; none at the end. */
  const read = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const length = await file.read(chunk);
    if (length === null) {
      if (await isStill()) return undefined;
      throw new ToolError(`"${name}" changed while it was sent`, {
        reason: "It is not what it was when it was opened",
      });
    }
    hash?.update(chunk.subarray(0, length));
    return chunk.subarray(0, length);
  };
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const chunk = await read();
        if (chunk) return controller.enqueue(chunk);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      file.close();
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

async function open(
  path: string,
  folder: string | undefined,
  whose: Whose,
): Promise<LocalFile> {
  const real = await pathInside("read", path, folder, whose);
  const seen = await explained("read", path, () => Deno.lstat(real));
  // Opening a pipe would wait for somebody to write to it.
  if (!seen.isFile) throw refused("read", path, "It is not a file");
  const file = await explained("read", path, () => Deno.open(real));
  const info = await file.stat();
  if (info.ino !== seen.ino || info.dev !== seen.dev) {
    file.close();
    throw refused("read", path, "Something else took its place while it was opened");
  }
  const { size } = info;
  const isHashed = size <= MOST_HASHED_BYTES;
  try {
    const state = isHashed ? await stateByContent(file, size) : stateByTimes(info);
    if (!state) throw refused("read", path, "It changed while it was read");
    const name = basename(real);
    const stream = unchanged(name, file, state, isHashed ? await sha256() : undefined);
    return { name, size, state, stream };
  } catch (error) {
    file.close();
    throw explainFile("read", path, error);
  }
}

/** The error of a file that is larger than one may be. */
function tooLarge(path: string, mostBytes: number): ToolError {
  return refused(
    "write",
    path,
    `It is larger than ${bytesInWords(mostBytes)}; what was written of it is removed`,
    "PROXMOX_DOWNLOAD_LIMIT=SIZE in the environment of this server sets another limit",
  );
}

/** Writes all bytes, down to the disk: a disk that is full may say so only then. */
async function writeAll(
  file: Deno.FsFile,
  bytes: ReadableStream<Uint8Array>,
  mostBytes: number,
  tooMany: () => ToolError,
): Promise<void> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > mostBytes) throw tooMany();
    // Not through `file.writable`, which loses the error of the last chunk.
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  await file.syncData();
}

async function save(
  path: string,
  bytes: ReadableStream<Uint8Array>,
  folder: string | undefined,
  { mostBytes = Infinity, ...whose }: FileLimits,
): Promise<void> {
  const real = await pathInside("write", path, folder, whose);
  const options = { write: true, createNew: true };
  using file = await explained("write", path, () => Deno.open(real, options));
  try {
    const tooMany = (): ToolError => tooLarge(path, mostBytes);
    await explained("write", path, () => writeAll(file, bytes, mostBytes, tooMany));
  } catch (error) {
    await Deno.remove(real).catch(() => undefined); // What is left of it says nothing more.
    throw error;
  }
}

/** How far files are open to a server. */
export interface FileLimits extends Whose {
  /** Nothing is written. */
  readonly readOnly?: boolean;
  /** Bytes of the largest file that is written. */
  readonly mostBytes?: number;
}

/** Files of one folder and the folders in it; without one, every call is refused. */
export function filesIn(
  folder: string | undefined,
  limits: FileLimits = {},
): Files {
  return {
    open: (path) => open(path, folder, limits),
    save: async (path, bytes) => {
      if (limits.readOnly) {
        throw onlyReads(`Cannot write "${path}": this server only reads`, limits);
      }
      await save(path, bytes, folder, limits);
    },
  };
}
