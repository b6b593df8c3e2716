/**
 * Reads and appends to files that several processes share under a lock.
 *
 * @module
 */

import { DiskFullError } from "./file_trouble.ts";

/** The text of a file from an offset to its end. */
export function readFrom(file: Deno.FsFile, offset: number): string {
  const bytes = new Uint8Array(Math.max(0, file.statSync().size - offset));
  file.seekSync(offset, Deno.SeekMode.Start);
  let read = 0;
  while (read < bytes.length) {
    const more = file.readSync(bytes.subarray(read));
    if (more === null) break;
    read += more;
  }
  return new TextDecoder().decode(bytes.subarray(0, read));
}

/**
 * Appends text in one write, or nothing of it.
 *
 * @throws {DiskFullError} When there was room for a part of it only.
 */
export function appendWhole(file: Deno.FsFile, text: string): void {
  const { size } = file.statSync();
  const bytes = new TextEncoder().encode(text);
  if (file.writeSync(bytes) === bytes.length) return;
  file.truncateSync(size);
  throw new DiskFullError();
}
