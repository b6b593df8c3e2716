/**
 * The file of PROXMOX_SSL_PIN_FILE: a line for each host whose certificate was trusted on first
 * use. It is only ever appended to, under a lock of its own, so that several servers may share it
 * and none needs permission for anything else.
 *
 * @module
 */
import { appendWhole, readFrom } from "../../base/process/append_file.ts";
import { fileTrouble } from "../../base/process/file_trouble.ts";
import type { FirstUses } from "./first_uses.ts";
import { TransportError } from "./transport.ts";

/** What stands in the way of using the file, and what to do about it. */
class PinFileError extends Error {
  constructor(message: string, readonly hint: string) {
    super(message);
  }
}

function notAFile(): PinFileError {
  return new PinFileError("it is not a file", "Name a file of its own");
}

/** A host and port, and a fingerprint as Proxmox VE writes it. */
const LINE = /^\s*(\S+:\d+)\s+([\dA-F]{2}(?::[\dA-F]{2}){31})\s*$/i;
const NOTHING = /^\s*(?:#|$)/;

/** The line itself is not told: a file named by mistake may hold a secret. */
function brokenLine(number: number): PinFileError {
  return new PinFileError(
    `expected host:port and a SHA-256 fingerprint in line ${number}, each host once`,
    "Correct or remove that line, as `pvenode cert info` on the node says; until then no certificate is trusted on first use, and the file is left as it is",
  );
}

/** Fingerprints by `host:port`. */
function parsePins(text: string): Map<string, string> {
  const pins = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (NOTHING.test(line)) continue;
    const [, name, fingerprint] = LINE.exec(line) ?? [];
    const endpoint = name?.toLowerCase();
    if (endpoint === undefined || fingerprint === undefined || pins.has(endpoint)) {
      throw brokenLine(index + 1);
    }
    pins.set(endpoint, fingerprint.toUpperCase());
  }
  return pins;
}

function readAll(file: Deno.FsFile): string {
  if (!file.statSync().isFile) throw notAFile();
  return readFrom(file, 0);
}

function append(file: Deno.FsFile, text: string, line: string): void {
  appendWhole(file, `${/[^\n]$/.test(text) ? "\n" : ""}${line}\n`);
  file.syncDataSync();
}

function unusable(path: string, error: unknown): TransportError {
  const { reason, hint } = error instanceof PinFileError
    ? { reason: error.message, hint: error.hint }
    : fileTrouble(path, error);
  return new TransportError("tls", `Cannot use PROXMOX_SSL_PIN_FILE="${path}": ${reason}`, {
    maybeSent: false,
    hint,
    cause: error,
  });
}

/** True when there is a file; opening a pipe would wait for somebody to write to it. */
function isThere(path: string): boolean {
  try {
    if (!Deno.statSync(path).isFile) throw notAFile();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The first uses that a file remembers; it is read each time, so that a correction counts at once. */
export function pinFile(path: string): FirstUses {
  return {
    get: (endpoint) => explained(path, () => isThere(path) ? read(path).get(endpoint) : undefined),
    remember: (endpoint, fingerprint) => explained(path, () => add(path, endpoint, fingerprint)),
  };
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unusable(path, error);
  }
}

function read(path: string): Map<string, string> {
  using file = Deno.openSync(path, { read: true });
  file.lockSync(false); // Let go when the file is closed.
  return parsePins(readAll(file));
}

/** Adds a line, unless another process did; answers the fingerprint that counts. */
function add(path: string, endpoint: string, fingerprint: string): string {
  using file = Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
  file.lockSync(true);
  const text = readAll(file);
  const first = parsePins(text).get(endpoint);
  if (first === undefined) append(file, text, `${endpoint} ${fingerprint}`);
  return first ?? fingerprint;
}
