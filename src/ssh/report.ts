/**
 * Parses what came back from the node: the supervisor's report, and head and tail of each output.
 *
 * @module
 */
import { KEPT_BYTES } from "./command_line.ts";
import type { Output } from "./types.ts";

/** What an SSH session brought back: outputs, and how the remote program ended. */
export interface SessionEnd {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Exit status; undefined when the connection broke before there was one. */
  readonly status: number | undefined;
  /** Signal that ended the remote program, as in `SIGTERM`. */
  readonly signal: string | undefined;
}

/** How a supervised command ended. */
export interface Report {
  readonly how: "exit" | "signal" | "timeout" | "gone" | "no-pct";
  /** Exit status or signal number. */
  readonly code: number;
  /** User that ran `pct`; 0 is root. */
  readonly uid: number;
  readonly stdout: Output;
  readonly stderr: Output;
}

const LINE =
  /\nproxmox-mcp: (exit|signal|timeout|gone|no-pct) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)\n$/;
const LINE_BYTES = 160;

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Bytes at the end of the head that belong to a character that was cut. */
function cutAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? back : 0;
  }
  return 0;
}

/** Bytes at the start of the tail that belong to a character that was cut. */
function cutAtStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < 3 && isContinuation(bytes[count])) count++;
  return count;
}

/** The text of an output of which `dropped` bytes are missing after its head. */
export function outputOf(bytes: Uint8Array, dropped: number): Output {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (dropped === 0) return { text: decoder.decode(bytes), droppedBytes: 0 };
  const head = bytes.subarray(0, KEPT_BYTES);
  const tail = bytes.subarray(KEPT_BYTES);
  const before = cutAtEnd(head);
  const after = cutAtStart(tail);
  const missing = dropped + before + after;
  const texts = [head.subarray(0, head.length - before), tail.subarray(after)]
    .map((part) => decoder.decode(part));
  return { text: texts.join(`\n[… ${missing} bytes left out …]\n`), droppedBytes: missing };
}

/**
 * Reads the report at the end of a session. What the login shell's own start-up files wrote before
 * the supervisor's output is left out.
 *
 * @returns undefined when the supervisor did not come to its end.
 */
export function reportOf(end: SessionEnd): Report | undefined {
  if (end.status !== 0) return undefined;
  const last = new TextDecoder("latin1").decode(end.stderr.subarray(-LINE_BYTES));
  const match = LINE.exec(last);
  if (!match) return undefined;
  const [code, uid, outBytes, outDropped, errBytes, errDropped] = match.slice(2).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const errEnd = end.stderr.length - match[0].length;
  if (outBytes > end.stdout.length || errBytes > errEnd) return undefined;
  return {
    how: match[1] as Report["how"],
    code,
    uid,
    stdout: outputOf(end.stdout.subarray(end.stdout.length - outBytes), outDropped),
    stderr: outputOf(end.stderr.subarray(errEnd - errBytes, errEnd), errDropped),
  };
}
