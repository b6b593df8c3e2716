/**
 * What `tools/list` answers in its forms, with the tokens that it costs a model.
 *
 * @module
 */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { instructions } from "../../src/mcp/instructions.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { allowedByAny, oneCluster } from "../../src/tool/clusters.ts";
import type { ToolEntry } from "../../src/tool/schema.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { embed } from "../harness.ts";

/** Settings of each form, `PROXMOX_` left out. */
export const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  full: {},
  compact: { TOOLSETS: "compact" },
  core: { TOOLSETS: "core" },
  read_only: { READ_ONLY: "true" },
};

/** Tokens of a text, or of a value as JSON. */
export function tokens(value: unknown): number {
  return encode(typeof value === "string" ? value : JSON.stringify(value)).length;
}

/** The catalog of a form. */
function catalogOf(form: string): ToolCatalog {
  return new ToolCatalog({
    clusters: oneCluster(embed({ settings: FORMS[form]! }).services),
    tools: TOOLS,
  });
}

/** The entries of a form, as they arrive. */
export async function entriesOf(form: string): Promise<ToolEntry[]> {
  return JSON.parse(JSON.stringify(await catalogOf(form).entries())) as ToolEntry[];
}

/** What stands on lines of its own within an entry, each part of it too. */
const UNFOLDED = ["inputSchema", "properties"];

function lines(parts: readonly string[], brackets: string, depth: number): string {
  if (parts.length === 0) return brackets;
  const indent = " ".repeat(depth + 1);
  const inner = parts.map((part) => indent + part).join(",\n");
  return `${brackets[0]}\n${inner}\n${indent.slice(1)}${brackets[1]}`;
}

function unfold(object: object, depth: number): string {
  const parts = Object.entries(object).map(([key, value]) =>
    `${JSON.stringify(key)}: ${
      UNFOLDED.includes(key) ? unfold(value, depth + 1) : JSON.stringify(value)
    }`
  );
  return lines(parts, "{}", depth);
}

/** A list as its snapshot has it: JSON, a line for each parameter. */
export function snapshotOf(entries: readonly ToolEntry[]): string {
  return lines(entries.map((entry) => unfold(entry, 1)), "[]", 0) + "\n";
}

/** Tokens that were agreed on. */
export interface Sizes {
  readonly lists: Readonly<Record<string, number>>;
  readonly instructions: Readonly<Record<string, number>>;
  readonly tools: Readonly<Record<string, number>>;
}

/** Tokens as they are. */
export async function sizesNow(): Promise<Sizes> {
  const forms = Object.keys(FORMS);
  const of = (measure: (form: string) => number): Record<string, number> =>
    Object.fromEntries(forms.map((form) => [form, measure(form)]));
  const lists = new Map<string, readonly ToolEntry[]>();
  for (const form of forms) lists.set(form, await entriesOf(form));
  const { full = [], compact = [] } = Object.fromEntries(lists);
  const gateway = compact.filter(({ name }) => !full.some((each) => each.name === name));
  const tools = [...full, ...gateway].map((entry) => [entry.name, tokens(entry)] as const);
  return {
    lists: of((form) => tokens({ tools: lists.get(form) })),
    instructions: of((form) => {
      const { listed, tools: offered, clusters } = catalogOf(form);
      const { readOnly } = allowedByAny(clusters);
      return tokens(
        instructions({ elevated: true, readOnly, demo: false, tools: offered, listed }),
      );
    }),
    tools: Object.fromEntries(tools.sort(([one], [other]) => one < other ? -1 : 1)),
  };
}

/** By how much something may grow before somebody has to agree to it. */
const GROWTH = 1.05;

/** What was agreed on and what is, by its path: `tools/proxmox_acl`. */
export function flatten(sizes: Sizes): Map<string, number> {
  return new Map(
    Object.entries(sizes).flatMap(([kind, each]) =>
      Object.entries(each as Record<string, number>).map(([name, size]) =>
        [`${kind}/${name}`, size] as const
      )
    ),
  );
}

/** What has outgrown its size, with both numbers. */
export function outgrown(agreed: Sizes, now: Sizes): { name: string; was: number; is: number }[] {
  const before = flatten(agreed);
  return [...flatten(now)].flatMap(([name, is]) => {
    const was = before.get(name);
    return was !== undefined && is > was * GROWTH ? [{ name, was, is }] : [];
  });
}
