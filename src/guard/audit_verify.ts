/**
 * Follows the chain of an audit log through its files, and tells what is wrong with it.
 *
 * @module
 */
import { CONTINUED } from "./audit.ts";
import { BEGINNING, type ChainedLine, type ChainEnd, hashOf, readChained } from "./audit_chain.ts";

/** Something about one line. */
export interface AuditFinding {
  /** It is wrong, not only worth knowing. */
  readonly isProblem: boolean;
  readonly file: string;
  /** Of the file, from 1 on. */
  readonly line: number;
  readonly message: string;
}

/** Lines that are not of the chain. */
interface Skipped {
  readonly line: number;
  readonly lines: string[];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is behind the first line of a file, where it is no fraud. */
const WITHOUT_FILE =
  "a server does so that starts where another program has renamed or emptied the file; audit rotate carries the chain on";

/** Reads the lines of a log, file after file, the oldest first. */
export class AuditVerifier {
  readonly findings: AuditFinding[] = [];
  #end: ChainEnd | undefined;
  #chained = 0;
  #file = "";
  #line = 0;
  #skipped: Skipped | undefined;
  readonly #expected: string | undefined;
  #isExpectedThere = false;

  /** @param expected A hash that was noted earlier: its line must be there. */
  constructor(expected?: string) {
    this.#expected = expected?.toLowerCase();
  }

  /** Where the chain stands; undefined as long as no line was of one. */
  get end(): ChainEnd | undefined {
    return this.#end;
  }

  /** How many lines were of the chain. */
  get chained(): number {
    return this.#chained;
  }

  /** False when the line with the expected hash was not there. */
  get hasExpected(): boolean {
    return this.#expected === undefined || this.#isExpectedThere;
  }

  /** Begins another file. */
  beginFile(name: string): void {
    this.#file = name;
    this.#line = 0;
  }

  /** Takes the next line. */
  add(text: string): void {
    this.#line++;
    const line = readChained(text);
    if (!line) {
      this.#skipped ??= { line: this.#line, lines: [] };
      this.#skipped.lines.push(text);
      return;
    }
    this.#judgeSkipped(line);
    if (!line.isWhole) this.#problem("was changed: its text has another hash than it says");
    this.#judgePlace(line, text);
    this.#chained++;
    this.#end = line;
    this.#isExpectedThere ||= line.isWhole && line.hash === this.#expected;
  }

  /** Ends a file. @param isTorn It ends in the middle of a line. */
  endFile(isTorn: boolean): void {
    const skipped = this.#skipped;
    this.#skipped = undefined;
    if (!skipped) return;
    const torn = isTorn && skipped.lines.length === 1 && !isJson(skipped.lines[0] ?? "");
    if (torn) this.#note("ends in the middle: its writer was interrupted", skipped.line);
    else this.#problem("is not of the chain", skipped.line);
  }

  #judgeSkipped({ skipped, number }: ChainedLine): void {
    const found = this.#skipped;
    this.#skipped = undefined;
    if (!found && skipped === undefined) return;
    if (!found) return this.#problem("follows text that is not there any more");
    if (hashOf(found.lines.join("\n")) !== skipped) {
      return this.#problem("is not of the chain, or was changed", found.line);
    }
    if (number === 1) return this.#note("and what follows it is older than the chain", found.line);
    const isTorn = found.lines.length === 1 && !isJson(found.lines[0] ?? "");
    if (isTorn) this.#note("ends in the middle: its writer was interrupted", found.line);
    else this.#problem("is not of the chain", found.line);
  }

  #judgePlace({ number, previous }: ChainedLine, text: string): void {
    const end = this.#end ?? BEGINNING;
    if (!this.#end && number > 1 && text.includes(`"phase":"${CONTINUED}"`)) {
      return this.#note(`continues another file, whose last line was number ${number - 1}`);
    }
    if (number === end.number + 1 && previous === end.hash) return;
    if (number === end.number + 1) {
      return this.#problem("follows another line than the one that is before it now");
    }
    if (number === 1) {
      const why = this.#line > 1 ? "" : `: ${WITHOUT_FILE}`;
      return this.#problem(`begins another chain${why}`);
    }
    this.#problem(
      number > end.number
        ? `is number ${number}, after number ${end.number}: what was between is missing`
        : `is number ${number}, after number ${end.number}: the order is another`,
    );
  }

  #problem(message: string, line = this.#line): void {
    this.findings.push({ isProblem: true, file: this.#file, line, message });
  }

  #note(message: string, line = this.#line): void {
    this.findings.push({ isProblem: false, file: this.#file, line, message });
  }
}

/** Reads a file line by line; true when it ends in the middle of one. */
export async function readLines(path: string, add: (line: string) => void): Promise<boolean> {
  using file = await Deno.open(path);
  await file.lock(false); // No line is being written meanwhile.
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let rest = "";
  for (;;) {
    const read = await file.read(buffer);
    rest += decoder.decode(buffer.subarray(0, read ?? 0), { stream: read !== null });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(add);
    if (read === null) break;
  }
  if (rest !== "") add(rest);
  return rest !== "";
}
