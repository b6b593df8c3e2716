/**
 * The audit log: one line of JSON before and one after each elevated call, chained by hashes. When
 * it cannot be written, nothing is done. Several processes may share the file, which may be renamed
 * at any time.
 *
 * @module
 */
import nodePath from "node:path";
import { defined } from "../base/defined.ts";
import { appendWhole, readFrom } from "../base/process/append_file.ts";
import { type FileTrouble, fileTrouble } from "../base/process/file_trouble.ts";
import { log, redact } from "../base/process/log.ts";
import { sanitizeText } from "../base/text/sanitize.ts";
import { ToolError } from "../tool/answer.ts";
import type { AuditEntry, AuditLog } from "../tool/services.ts";
import { BEGINNING, chain, endOf, type FileEnd } from "./audit_chain.ts";

/** Phase of the line that begins a file which continues another one. */
export const CONTINUED = "continued";

function continuation(time: string): string {
  return JSON.stringify({ time, phase: CONTINUED });
}

/** Opens it for appending; made readable by its owner alone. */
function open(path: string): Deno.FsFile {
  return Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
}

/** False for a file that the first line is yet to make. */
function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** False once another file, or none, is where this one was opened. */
function isAt(path: string, file: Deno.FsFile): boolean {
  try {
    const [{ ino, dev }, opened] = [Deno.statSync(path), file.statSync()];
    return ino === opened.ino && dev === opened.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A file that is kept open, so that what it ends with is known after it was renamed. */
class ChainedFile {
  #file: Deno.FsFile | undefined;
  #end = BEGINNING;
  /** Bytes that it had when its end was known. */
  #size = 0;

  constructor(private readonly path: string) {}

  /** Appends a record under the file's lock. */
  append(record: string, time: string): void {
    const file = this.#lock();
    try {
      const { end, skipped, isTorn } = this.#endOf(file);
      const continues = end === undefined && this.#end.number > 0;
      let last = end ?? this.#end;
      const lines = [...(continues ? [continuation(time)] : []), record].map((each, index) => {
        const { line, end } = chain(each, last, index === 0 ? skipped : undefined);
        last = end;
        return line;
      });
      const text = [...(isTorn ? [""] : []), ...lines, ""].join("\n");
      appendWhole(file, text);
      this.#end = last;
      this.#size = file.statSync().size;
    } finally {
      file.unlockSync();
    }
  }

  /** Renames it, and begins a new one that continues its chain. */
  rotate(to: string, time: string): void {
    const file = this.#lock();
    try {
      const { line } = chain(continuation(time), this.#endOf(file).end ?? this.#end);
      const next = `${this.path}.next`;
      // At no moment is there no file: a process that begins would start another chain in one.
      Deno.linkSync(this.path, to);
      Deno.writeTextFileSync(next, line + "\n", { mode: 0o600 });
      Deno.renameSync(next, this.path);
    } finally {
      file.unlockSync();
    }
  }

  /** Lets go of the file; the next record opens it again. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** The file that is at the path, locked. */
  #lock(): Deno.FsFile {
    for (;;) {
      const file = this.#file ??= open(this.path);
      file.lockSync(true);
      if (isAt(this.path, file)) return file;
      // Whoever writes looks under its lock whether it was renamed: this is its last line.
      this.#end = this.#endOf(file).end ?? this.#end;
      this.#size = 0;
      this.close();
    }
  }

  /** How the file ends; others may have written since. */
  #endOf(file: Deno.FsFile): FileEnd {
    const { size } = file.statSync();
    if (size > 0 && size === this.#size) {
      return { end: this.#end, skipped: undefined, isTorn: false };
    }
    const found = endOf(size, (offset) => readFrom(file, offset));
    if (found.skipped !== undefined) {
      const torn = found.isTorn ? ", in the middle of a line" : "";
      log("audit").warn(`"${this.path}" ends with what is not of its chain${torn}: it stays there`);
    }
    return found;
  }
}

/** Files by path: all services of a process append to one. */
const files = new Map<string, ChainedFile>();

function fileAt(path: string): ChainedFile {
  const file = files.get(path) ?? new ChainedFile(path);
  files.set(path, file);
  return file;
}

function notDone(path: string, entry: AuditEntry, error: unknown): ToolError {
  const { reason, hint } = fileTrouble(path, error);
  log("audit").error(`Cannot write to "${path}": ${reason}`);
  return new ToolError(`${entry.tool} was not done: the audit log cannot be written`, {
    kind: "denied",
    reason: `PROXMOX_AUDIT_LOG="${path}": ${reason}`,
    notes: ["Nothing was done", hint],
  });
}

/** Whether this process may do that with the path. */
function isAllowed(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * What stands in the way of an audit log, as far as that is seen without writing.
 *
 * @returns Whether it is permission of this process alone, too.
 */
export function auditTrouble(path: string): FileTrouble & { readonly isOurs: boolean } | undefined {
  const isOurs = !isAllowed("read", path) || !isAllowed("write", path);
  const folder = nodePath.dirname(path);
  try {
    if (isOurs) throw new Deno.errors.NotCapable();
    if (isAllowed("read", folder)) Deno.statSync(folder);
    if (isThere(path)) Deno.openSync(path, { read: true, append: true }).close();
    return undefined;
  } catch (error) {
    return { ...fileTrouble(path, error), isOurs };
  }
}

/**
 * An audit log in a file.
 *
 * @param caller Whose calls they are, where several people write to one file.
 */
export function fileAuditLog(path: string, now: () => number, caller?: string): AuditLog {
  return {
    // deno-lint-ignore require-await -- What is thrown reaches the caller as a rejection.
    write: async (entry) => {
      const time = new Date(now()).toISOString();
      const record = JSON.stringify(
        { time, ...defined({ caller }), ...entry },
        (_, value: unknown) => typeof value === "string" ? sanitizeText(redact(value)) : value,
      );
      try {
        fileAt(path).append(record, time);
      } catch (error) {
        throw notDone(path, entry, error);
      }
    },
    close: () => {
      files.get(path)?.close();
      files.delete(path);
    },
  };
}

/**
 * Renames an audit log, and begins a new one whose first line continues its chain.
 *
 * @returns The name that it has now.
 */
export function rotateAuditLog(path: string, now: number): string {
  Deno.statSync(path); // What is not there is not made.
  const time = new Date(now).toISOString();
  const to = `${path}.${time.replace(/[-:]|\.\d+/g, "")}`;
  const file = new ChainedFile(path);
  try {
    file.rotate(to, time);
  } finally {
    file.close();
  }
  return to;
}
