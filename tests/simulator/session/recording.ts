/**
 * What was recorded of a real cluster, and text with the placeholders of the recording.
 *
 * @module
 */
import { ROOT } from "../../../scripts/project.ts";

/** The task that a request started. */
export interface RecordedTask {
  readonly exitstatus: string;
  readonly log: readonly string[];
}

/** What was read after a request. */
export interface RecordedRead {
  readonly get: string;
  readonly status: number;
  readonly data?: unknown;
  readonly message?: string;
  readonly picked?: number;
}

/** A request, and what came of it. */
export interface Step {
  readonly n: number;
  readonly area: string;
  readonly note?: string;
  /** Whose credentials; those of a token of root when absent. */
  readonly as?: "ticket" | "limited" | "none" | "wrong" | "nocsrf" | "badticket";
  readonly method: string;
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly file?: { readonly name: string; readonly bytes: number };
  readonly status: number;
  readonly reason: string;
  readonly data?: unknown;
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
  readonly task?: RecordedTask;
  readonly after?: readonly RecordedRead[];
  /** Of the data, some rows or keys only. */
  readonly picked?: number;
}

/** Names and addresses of the recorded cluster, with those of the embedded one. */
const NAMES = [
  ["realcl", "example"],
  ["10.99.0.1", "192.0.2.11"],
  ["10.99.0.2", "192.0.2.12"],
  [".real.test", ".example.com"],
] as const;

/** All steps of the recording. */
export async function recordedSteps(): Promise<Step[]> {
  const text = await Deno.readTextFile(`${ROOT}facts/pve-real-session.json`);
  let own = text;
  for (const [recorded, embedded] of NAMES) own = own.replaceAll(recorded, embedded);
  return (JSON.parse(own) as { steps: Step[] }).steps;
}

/** Patterns of the placeholders, by name. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  DATE: ".+?",
  DAY: "\\d{4}-\\d{2}-\\d{2}",
  DIGEST: "[0-9a-f]{40,64}",
  DURATION: "[\\d.:]+ ?(?:s|seconds|ms)?|\\d+:\\d+:\\d+",
  FINGERPRINT: "(?:[0-9A-F]{2}:){19,31}[0-9A-F]{2}",
  ID: ".+?",
  LOCK: ".+?",
  MAC: "(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}",
  N: "-?\\d[\\d.]*(?:e[+-]?\\d+)?",
  PASSWORD: ".+?",
  PID: "\\d+",
  RATE: "[\\d.]+ ?[KMGT]?i?B/s",
  SECRET: ".+?",
  SIZE: "[\\d.]+ ?[KMGT]?i?B?",
  STAMP: "\\d{4}_\\d{2}_\\d{2}-\\d{2}_\\d{2}_\\d{2}",
  TIME: "\\d+",
  UUID: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
};
const PLACEHOLDER = /<(?:UPID:([^:>@]*):?([^>@]*)(?:@([^>]*))?|([A-Z]+))>/g;
const compiled = new Map<string, RegExp>();

/** The versions of QEMU that the recorded machine had; each machine has its own. */
const VERSIONS = /10\\\.0(?:\\\.13)?(?=$|,|\\\+|pve)/g;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(VERSIONS, "\\d+(?:\\.\\d+)+")
    .replace(/\\\+pve\d/g, "\\+pve\\d");
}

/** True for a text that stands for any that is like it. */
export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0 || /10\.0/.test(text);
}

/** A UPID; what follows the id is a node, or a storage. */
function upidPattern(type: string, id: string, place: string | undefined): string {
  const [node, end] = place === undefined || /^pve\d$/.test(place)
    ? [place ?? "[^:]+", ""]
    : ["[^:]+", escaped(`@${place}`)];
  const numbers = "[0-9A-F]+:[0-9A-F]+:[0-9A-F]+";
  return `UPID:${node}:${numbers}:${escaped(type)}:@?${escaped(id)}${end}:[^:]+:`;
}

/** What a recorded text stands for, as a pattern. */
export function patternOf(text: string): RegExp {
  const known = compiled.get(text);
  if (known) return known;
  let pattern = "";
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, type = "", id = "", node, name] = match;
    pattern += escaped(text.slice(end, match.index));
    pattern += name === undefined
      ? upidPattern(type, id, node)
      : `(?:${PLACEHOLDERS[name] ?? escaped(whole)})`;
    end = match.index + whole.length;
  }
  const made = new RegExp(`^${pattern}${escaped(text.slice(end))}$`, "s");
  compiled.set(text, made);
  return made;
}

/** Replaces the placeholders of a request by what they stand for now. */
export function filled(
  text: string,
  upid: (type: string, id: string) => string,
  value: (name: string, text: string) => string,
): string {
  return text.replace(
    PLACEHOLDER,
    (_, type?: string, id?: string, __?: string, name?: string) =>
      name === undefined ? upid(type ?? "", id ?? "") : value(name, text),
  );
}
