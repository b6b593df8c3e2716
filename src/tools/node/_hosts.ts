/**
 * `/etc/hosts`: what must change so that names mean an address.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { ToolError } from "../../tool/answer.ts";

/** Names of an address, as one line has them. */
export interface HostEntry {
  readonly ip: string;
  readonly names: readonly string[];
  /** Without `#`; undefined keeps the line's own. */
  readonly comment?: string;
}

interface HostLine {
  readonly ip: string;
  readonly names: readonly string[];
  readonly comment: string;
}

function parseLine(line: string): HostLine | undefined {
  const [text = "", ...comment] = line.split("#");
  const [ip, ...names] = text.trim().split(/\s+/).filter((word) => word !== "");
  if (ip === undefined || names.length === 0) return undefined;
  return { ip, names, comment: comment.join("#").trim() };
}

function printLine({ ip, names, comment }: HostLine): string {
  return `${ip} ${names.join(" ")}${comment === "" ? "" : ` # ${comment}`}`;
}

function isSixth(ip: string): boolean {
  return ip.includes(":");
}

/** The names without those that now mean another address of the same family. */
function without(line: HostLine, entry: HostEntry): readonly string[] {
  if (line.ip === entry.ip || isSixth(line.ip) !== isSixth(entry.ip)) return line.names;
  return line.names.filter((name) => !entry.names.includes(name));
}

/**
 * The file with the names of an entry on the line of its address, and on no other line of the same
 * address family: the first line that has a name wins. Lines that lose all names go; the first line
 * of the address keeps the names it has.
 */
export function withHost(file: string, entry: HostEntry): string {
  let placed = false;
  const lines: string[] = [];
  for (const text of file.replace(/(?<!\n)\n+$/, "").split("\n")) {
    const line = parseLine(text);
    const own = line?.ip === entry.ip && !placed;
    const names = line ? without(line, entry) : [];
    if (!line || (!own && names.length === line.names.length)) {
      lines.push(text);
    } else if (own) {
      placed = true;
      lines.push(printLine({
        ip: entry.ip,
        names: [...new Set([...line.names, ...entry.names])],
        comment: entry.comment ?? line.comment,
      }));
    } else if (names.length > 0) {
      lines.push(printLine({ ...line, names }));
    }
  }
  if (!placed) lines.push(printLine({ ...entry, comment: entry.comment ?? "" }));
  return `${lines.join("\n")}\n`;
}

/**
 * Reads an entry as callers give it; several names are separated by spaces.
 *
 * @throws {ToolError} When a name or the comment would not stay on its line.
 */
export function hostEntry(ip: string, name: string, comment: string | undefined): HostEntry {
  const names = name.trim().split(/[\s,]+/);
  const wrong = names.find((each) => !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(each));
  if (wrong !== undefined || comment?.includes("\n")) {
    throw new ToolError("Cannot write this line to /etc/hosts", {
      reason: "Nothing was changed",
      parameters: wrong === undefined
        ? { comment: "expected one line" }
        : { name: `expected host names, got "${wrong}"` },
    });
  }
  return { ip, names, ...defined({ comment }) };
}
