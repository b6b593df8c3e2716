/**
 * The text of a new tool's file, of its test, and of its lines in the contract test. What a person
 * has to write starts with TODO.
 *
 * @module
 */
import type { Args } from "../../tests/contract/calls/line.ts";
import type { NewAction } from "./actions.ts";

/** A tool that is to be written. */
export interface NewTool {
  /** With `proxmox_`. */
  readonly name: string;
  readonly actions: readonly NewAction[];
  /** Arguments of the calls of an action: one, or one for each type of guest. */
  readonly calls: (action: NewAction) => readonly (readonly [type: string, args: Args])[];
}

/** More of them than a table can show. */
const MAX_COLUMNS = 10;

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) =>
    `${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${literal(each)}`
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function actionText({ name, kind, operation, columns }: NewAction): string {
  const spec = {
    ...(columns.length > 0 ? { columns: columns.slice(0, MAX_COLUMNS) } : {}),
    ...(kind === "read" ? {} : { successMessage: "TODO: what is true afterwards" }),
  };
  const specText = Object.keys(spec).length === 0 ? "" : `, ${literal(spec)}`;
  return `${name}: ${kind}(${JSON.stringify(operation)}${specText}),`;
}

/** src/tools/CATEGORY/NAME.ts. */
export function toolText({ name, actions }: NewTool): string {
  const kinds = [...new Set(actions.map(({ kind }) => kind))].sort();
  const words = name.replace("proxmox_", "").replaceAll("_", " ");
  return [
    `import { ${["defineTool", ...kinds].join(", ")} } from "../../tool/define.ts";`,
    "",
    "export default defineTool({",
    `name: ${JSON.stringify(name)},`,
    `title: ${JSON.stringify(words.charAt(0).toUpperCase() + words.slice(1))},`,
    'description: "TODO: what it is for, in a sentence",',
    `actions: { ${actions.map(actionText).join("\n")} },`,
    "});",
    "",
  ].join("\n");
}

/** tests/tools/CATEGORY/NAME_test.ts. */
export function testText({ name, actions, calls }: NewTool): string {
  const steps = actions.flatMap((action) =>
    calls(action).map(([, args]) =>
      literal({
        call: action.name === "default" ? args : { action: action.name, ...args },
        says: ["TODO: what the answer says"],
        ...(action.kind === "read" ? {} : { sends: "TODO: what reaches Proxmox VE" }),
      })
    )
  );
  return [
    'import { testSteps } from "../steps.ts";',
    "",
    `testSteps("${name} does what its actions say", "${name}", [`,
    `${steps.join(",\n")},`,
    "]);",
    "",
  ].join("\n");
}

/** The tool's entry in tests/contract/calls/. */
export function contractText({ name, actions, calls }: NewTool): string {
  const lines = actions.map((action) => {
    const cases = calls(action).map(([type, args]) => [type, `[${literal(args)}]`] as const);
    const [[, only] = ["", ""], ...more] = cases;
    const line = more.length === 0
      ? only
      : `{ ${cases.map(([type, each]) => `${type}: ${each}`).join(", ")} }`;
    return `${action.name}: ${line},`;
  });
  return `  ${name}: {\n${lines.join("\n")}\n  },\n`;
}

/**
 * The file's text with the entry after that of the tool before it by name, or before all others.
 *
 * @returns Undefined when the file has no lines of these tools.
 */
export function withEntry(
  text: string,
  { name, entry, siblings }: {
    readonly name: string;
    readonly entry: string;
    readonly siblings: readonly string[];
  },
): string | undefined {
  if (!text.includes(": Calls = {")) return undefined;
  const places = siblings.toSorted().flatMap((sibling) => {
    const found = new RegExp(`^  ${sibling}: \\{(?:.*\\},\n|\n(?:.*\n)*?  \\},\n)`, "m").exec(text);
    return found ? [{ sibling, start: found.index, end: found.index + found[0].length }] : [];
  });
  const [first] = places;
  if (!first) return undefined;
  const at = places.findLast(({ sibling }) => sibling < name)?.end ?? first.start;
  return text.slice(0, at) + entry + text.slice(at);
}
