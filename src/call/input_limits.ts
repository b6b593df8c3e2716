/**
 * The bounds of what a call may bring along, before anything looks at it closely.
 *
 * @module
 */
import { ToolError } from "../tool/answer.ts";

/** Characters of all names and texts together. */
const MAX_CHARACTERS = 1_000_000;
/** Values of all kinds together. */
const MAX_VALUES = 20_000;
/** Objects and arrays inside each other. */
const MAX_DEPTH = 20;
const MAX_NAME_CHARACTERS = 200;

/** What makes arguments too much, or undefined. Walks without recursion, so that depth costs none. */
function exceededLimit(input: object): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 1 }];
  let values = 0;
  let characters = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (++values > MAX_VALUES) return `hold more than ${MAX_VALUES} values`;
    if (typeof value === "string") characters += value.length;
    if (typeof value === "object" && value !== null) {
      if (depth > MAX_DEPTH) return `are nested more than ${MAX_DEPTH} deep`;
      const entries = Object.entries(value);
      if (entries.some(([name]) => name.length > MAX_NAME_CHARACTERS)) {
        return `have a name of more than ${MAX_NAME_CHARACTERS} characters`;
      }
      for (const [name, each] of entries) {
        characters += name.length;
        open.push({ value: each, depth: depth + 1 });
      }
    }
    if (characters > MAX_CHARACTERS) return `are longer than ${MAX_CHARACTERS} characters`;
  }
  return undefined;
}

/**
 * The arguments of a call as a table.
 *
 * @param name The tool's.
 * @throws {ToolError} When they are none, or too much.
 */
export function boundedInput(name: string, raw: unknown): Readonly<Record<string, unknown>> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new ToolError(`Cannot call ${name}`, {
      reason: "Its arguments are not an object",
      fault: "invalid",
    });
  }
  const wrong = exceededLimit(raw);
  if (wrong === undefined) return raw as Readonly<Record<string, unknown>>;
  throw new ToolError(`Cannot call ${name}`, {
    reason: `Its arguments ${wrong}`,
    fault: "invalid",
    notes: ["Nothing was done"],
  });
}

/** A value as messages quote it: as JSON, cut when it is long. */
export function quoted(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= 120 ? json : `${json.slice(0, 100)}… (${json.length} characters)`;
}
