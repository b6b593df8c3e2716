/**
 * A request that the facts do not know, as far as it can be checked without them: the form of its
 * path, its values, and that none of them holds a mask.
 *
 * @module
 */
import { type OperationFact, paramFact } from "../pve/api.ts";
import { MASK } from "../answer/mask.ts";
import { ToolError } from "../tool/answer.ts";
import { quoted } from "./input_limits.ts";
import { readValue } from "./read_value.ts";

/** Texts by name, a list as several. */
export type Values = Readonly<Record<string, readonly string[]>>;

/** Letters of every script, and what stands in ids; no percent sign, query, backslash or blank. */
const SEGMENT = /^[\p{L}\p{N}._:@!+,=~-]+$/u;
const NAME = /^[A-Za-z][\w-]*$/;
/** Everything but tabs and ends of lines. */
const CONTROL = /[^\P{Cc}\t\r\n]/u;
const UPWARDS = /(?:^|[/:\\])\.\.(?:$|[/\\])/;
const MAX_CHARACTERS = 100_000;

function refused(problems: Readonly<Record<string, string>>): ToolError {
  return new ToolError("Cannot make this request", {
    reason: "Nothing was sent to Proxmox VE",
    parameters: problems,
  });
}

/**
 * The path with each segment encoded.
 *
 * @throws {ToolError} When a segment is empty, leads elsewhere or holds what no id has.
 */
export function encodedPath(path: string): string {
  const segments = path.slice(1).split("/");
  const fits = segments.every((each) => SEGMENT.test(each) && each !== "." && each !== "..");
  if (!path.startsWith("/") || !fits || path.length > 1_000) {
    throw refused({
      operation: `expected METHOD /path with all values in it, got ${quoted(path)}`,
    });
  }
  return `/api2/json/${segments.map(encodeURIComponent).join("/")}`;
}

/** A value as Proxmox VE reads it, or undefined for what no form can hold. */
function textsOf(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map((each) =>
    typeof each === "boolean" ? String(Number(each)) : each
  );
  const plain = texts.every((each) => typeof each === "string" || typeof each === "number");
  return plain ? texts.map(String) : undefined;
}

function problemOf(texts: readonly string[] | undefined): string | undefined {
  if (!texts) return "expected a text, a number, true or false, or a list of them";
  const text = texts.join("\n");
  if (text.length > MAX_CHARACTERS) return `has more than ${MAX_CHARACTERS} characters`;
  if (CONTROL.test(text)) return "has a control character";
  if (texts.some((each) => UPWARDS.test(each))) return 'leads upwards with ".."';
  return text.includes(MASK) ? `holds ${MASK}: give the secret itself` : undefined;
}

/**
 * The values of the parameters.
 *
 * @param fact Of the operation, where it is known: what it knows is checked by it.
 * @throws {ToolError} With all that is wrong with them.
 */
export function checkedValues(
  params: Readonly<Record<string, unknown>>,
  fact: OperationFact | undefined,
): Values {
  const values: Record<string, readonly string[]> = {};
  const problems: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined) continue;
    const known = fact && paramFact(fact, name);
    if (known) readValue(known, name, value, problems);
    const texts = textsOf(value);
    const problem = NAME.test(name) ? problemOf(texts) : "is no name of a parameter";
    if (problem !== undefined) problems[name] = problem;
    values[name] = texts ?? [];
  }
  if (Object.keys(problems).length > 0) throw refused(problems);
  return values;
}

/** Query or body. */
export function formOf(values: Values): string {
  const form = new URLSearchParams();
  for (const [name, texts] of Object.entries(values)) {
    for (const text of texts) form.append(name, text);
  }
  return form.toString();
}
