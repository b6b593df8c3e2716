/**
 * Local files that a call sends or writes: behind a small interface, so that what the server may
 * touch is explicit, and refused in words where Deno does not allow it.
 *
 * @module
 */
import { basename, dirname, isAbsolute } from "node:path";
import { ToolError } from "./tool/answer.ts";

/** A file that is being read. */
export interface LocalFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The file system of the machine that the server runs on. Paths are absolute. */
export interface Files {
  /**
   * Opens a file to be read.
   *
   * @throws {ToolError} When it is not there, not a file, or the server may not read it.
   */
  open(path: string): Promise<LocalFile>;
  /**
   * Writes a new file, never over another one, and takes it away again when the bytes end early.
   *
   * @throws {ToolError} When it exists, or the server may not write it.
   */
  save(path: string, bytes: ReadableStream<Uint8Array>): Promise<void>;
}

async function checkAccess(access: "read" | "write", path: string): Promise<void> {
  if (!isAbsolute(path)) {
    throw new ToolError(`Cannot ${access} "${path}"`, {
      reason: "It is not an absolute path on the machine that this server runs on",
    });
  }
  const { state } = await Deno.permissions.query({ name: access, path });
  if (state === "granted") return;
  throw new ToolError(`Cannot ${access} "${path}"`, {
    reason: `This server was started without the permission to ${access} there`,
    notes: [`Start it with Deno's option --allow-${access}=${dirname(path)}`],
  });
}

function explainFile(access: "read" | "write", path: string, error: unknown): unknown {
  const reason = error instanceof Deno.errors.NotFound
    ? "There is no such file or folder on the machine that this server runs on"
    : error instanceof Deno.errors.AlreadyExists
    ? "It exists; nothing is written over it"
    : error instanceof Deno.errors.PermissionDenied
    ? "The operating system does not allow it"
    : undefined;
  return reason === undefined ? error : new ToolError(`Cannot ${access} "${path}"`, { reason });
}

async function open(path: string): Promise<LocalFile> {
  await checkAccess("read", path);
  const file = await Deno.open(path).catch((error) => {
    throw explainFile("read", path, error);
  });
  const { isFile, size } = await file.stat();
  if (isFile) return { name: basename(path), size, stream: file.readable };
  file.close();
  throw new ToolError(`Cannot read "${path}"`, { reason: "It is not a file" });
}

async function save(path: string, bytes: ReadableStream<Uint8Array>): Promise<void> {
  await checkAccess("write", path);
  const file = await Deno.open(path, { write: true, createNew: true }).catch((error) => {
    throw explainFile("write", path, error);
  });
  try {
    await bytes.pipeTo(file.writable);
  } catch (error) {
    await Deno.remove(path).catch(() => undefined); // What is left of it says nothing more.
    throw error;
  }
}

/** The file system itself, as far as Deno was allowed to use it. */
export const systemFiles: Files = { open, save };
