/**
 * `audit`: verifies the chain of an audit log, and renames a log so that its chain goes on.
 *
 * @module
 */
import { writeOut } from "../../base/process/console.ts";
import { systemClock } from "../../base/async/clock.ts";
import { rotateAuditLog } from "../../guard/audit.ts";
import { type AuditFinding, AuditVerifier, readLines } from "../../guard/audit_verify.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

/** Most findings that are printed: one cause may have many. */
const MAX_FINDINGS = 50;

function lineOf({ isProblem, file, line, message }: AuditFinding): string {
  return `${isProblem ? "✖" : "·"} ${file}, line ${line}: ${message}`;
}

async function verify(files: readonly string[], expected: string | undefined): Promise<number> {
  const verifier = new AuditVerifier(expected);
  for (const file of files) {
    verifier.beginFile(file);
    verifier.endFile(await readLines(file, (line) => verifier.add(line)));
  }
  const { findings, end, chained, hasExpected } = verifier;
  for (const finding of findings.slice(0, MAX_FINDINGS)) writeOut(lineOf(finding));
  const more = findings.length - MAX_FINDINGS;
  if (more > 0) writeOut(`… and ${more} more`);
  if (!hasExpected) writeOut(`✖ No line has the hash ${expected}: what ended with it is missing`);
  if (end === undefined) writeOut("✖ No line is of a chain");
  else writeOut(`${chained} lines; the last is number ${end.number}, hash ${end.hash}`);
  const isSound = hasExpected && end !== undefined && !findings.some((each) => each.isProblem);
  writeOut(isSound ? "The chain is whole" : "The chain is broken");
  return isSound ? EXIT.ok : EXIT.failed;
}

/** `audit verify FILE…`, `audit rotate FILE`. */
export const command = defineCommand({
  usage: "audit verify|rotate FILE…",
  about:
    `verify follows the chain of an audit log (PROXMOX_AUDIT_LOG) through its files, the oldest first,
and finds lines that are changed, missing or in another order. rotate gives the log a name with the
time, and begins a new one that continues the chain; servers that write to it go on in the new one.`,
  options: {
    expect: {
      type: "string",
      value: "HASH",
      description: "verify: a hash noted earlier, whose line must be there; finds an end cut off",
    },
  },
  positionals: [2, Infinity],
  firstPositional: "audit",
  examples: [
    "proxmox-mcp audit verify audit.jsonl.20270101T000000Z audit.jsonl",
    "proxmox-mcp audit rotate /var/lib/proxmox-mcp/audit.jsonl",
  ],
  failure: "the chain is broken, or a file cannot be used",
  run: async ({ expect }, [what, ...files]) => {
    if (what === "verify") return await verify(files, expect);
    if (what !== "rotate") throw new UsageError(`Expected verify or rotate, got "${what}"`);
    const [file = "", another] = files;
    if (another !== undefined) throw new UsageError("rotate takes one file");
    return writeOut(`Renamed to ${rotateAuditLog(file, systemClock.now())}`);
  },
});
