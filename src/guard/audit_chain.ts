/**
 * The chain of the audit log: each line has a number, the hash of the line before, and a hash of
 * its own text, so that a line that is changed, missing or elsewhere is found.
 *
 * @module
 */

// Not a static import: in a bundle that would load Node's part at every start.
const { createHash } = await import("node:crypto");

/** Where a chain stands: the number and the hash of its last line. */
export interface ChainEnd {
  readonly number: number;
  readonly hash: string;
}

/** Where every chain begins. */
export const BEGINNING: ChainEnd = { number: 0, hash: "0".repeat(64) };

/** What a line of a chain says of its place in it. */
export interface ChainedLine extends ChainEnd {
  /** Hash of the line before. */
  readonly previous: string;
  /** Hash of the text between that line and this one that is not of the chain. */
  readonly skipped: string | undefined;
  /** The text has the hash that it says. */
  readonly isWhole: boolean;
}

/** The members that make a chain are the last ones of a line, in this order. */
const LINE =
  /^(\{.*"number":(\d{1,15})(?:,"skipped":"([\da-f]{64})")?,"previous":"([\da-f]{64})"),"hash":"([\da-f]{64})"\}$/s;

/** SHA-256 in hexadecimal. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Reads what a line says of its place; undefined of one that is not of a chain. */
export function readChained(line: string): ChainedLine | undefined {
  const [, text, number, skipped, previous, hash] = LINE.exec(line) ?? [];
  if (text === undefined || previous === undefined || hash === undefined) return undefined;
  return { number: Number(number), hash, previous, skipped, isWhole: hashOf(text + "}") === hash };
}

/**
 * The line that comes after the end of a chain, and the end that it is then.
 *
 * @param record An object as JSON.
 * @param skipped What stands between, and is not of the chain.
 */
export function chain(
  record: string,
  end: ChainEnd,
  skipped?: string,
): { readonly line: string; readonly end: ChainEnd } {
  const number = end.number + 1;
  const between = skipped === undefined ? "" : `,"skipped":"${hashOf(skipped)}"`;
  const text = `${record.slice(0, -1)},"number":${number}${between},"previous":"${end.hash}"`;
  const hash = hashOf(text + "}");
  return { line: `${text},"hash":"${hash}"}`, end: { number, hash } };
}

/** What stands at the end of a file. */
export interface FileEnd {
  /** Where its chain stands; undefined where no line is of one. */
  readonly end: ChainEnd | undefined;
  /** What follows the last line of the chain: a torn line, or what somebody else wrote. */
  readonly skipped: string | undefined;
  /** It ends in the middle of a line. */
  readonly isTorn: boolean;
}

/** Bytes that are looked at first; lines may be longer. */
const TAIL_BYTES = 16_384;

/**
 * Looks for the last line of the chain in a file.
 *
 * @param readFrom Its text from an offset on.
 */
export function endOf(size: number, readFrom: (offset: number) => string): FileEnd {
  for (let length = TAIL_BYTES;; length *= 8) {
    const offset = Math.max(0, size - length);
    const text = readFrom(offset);
    const lines = text.split("\n");
    const isTorn = text !== "" && lines.at(-1) !== "";
    if (!isTorn) lines.pop();
    if (offset > 0) lines.shift(); // It may begin before.
    const at = lines.findLastIndex((line) => readChained(line)?.isWhole);
    if (at < 0 && offset > 0) continue;
    const end = readChained(lines[at] ?? "");
    const rest = lines.slice(at + 1);
    return { end, skipped: rest.length > 0 ? rest.join("\n") : undefined, isTorn };
  }
}
