/**
 * What it costs to list few tools: calls and tokens of answers for the same requests, against a
 * server that lists them all. Who sees no tool searches for it once in a conversation.
 *
 * @module
 */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { embed } from "../../tests/harness.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { GATEWAY } from "../../src/tool/gateway_names.ts";
import { FIRST_TOOLS } from "../../src/tool/toolset.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { amount, type Line } from "./line.ts";
import { REQUESTS, type Step } from "./requests.ts";

/** What all requests took. */
export interface Cost {
  readonly calls: number;
  /** Of the texts of all answers. */
  readonly tokens: number;
}

/** Most times the calls, and the tokens of answers, of the full list. */
export const MOST_CALLS = 1.3;
export const MOST_TOKENS = 1.4;

class Session {
  calls = 0;
  tokens = 0;
  readonly #catalog: ToolCatalog;

  constructor(toolsets: string) {
    const { services } = embed({ settings: { TOOLSETS: toolsets } });
    this.#catalog = new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS });
  }

  async #call(name: string, args: Readonly<Record<string, unknown>>): Promise<string[]> {
    const { signal } = new AbortController();
    const { content, structuredContent, isError } = await this.#catalog.call(name, args, {
      signal,
    });
    const text = content.map((block) => block.type === "text" ? block.text : "").join("\n");
    if (isError) throw new Error(`${name} ${JSON.stringify(args)} failed: ${text}`);
    this.calls++;
    this.tokens += encode(text).length;
    const { rows = [] } = structuredContent as { readonly rows?: readonly unknown[][] };
    // The first cell of what the search tells whole.
    return rows.filter((row) => row.at(-1) !== "").map(([first]) => String(first));
  }

  /** Takes the steps of a request, with a search for each tool that is neither listed nor known. */
  async request(steps: readonly Step[]): Promise<void> {
    const listed = this.#catalog.listed.map(({ tool }) => tool.name as string);
    const known = new Set<string>(FIRST_TOOLS);
    for (const { words, tool, args } of steps) {
      if (listed.includes(tool)) {
        await this.#call(tool, args);
        continue;
      }
      if (!known.has(tool)) {
        for (const found of await this.#call(GATEWAY.search, { query: words })) known.add(found);
      }
      if (!known.has(tool)) {
        await this.#call(GATEWAY.search, { query: tool });
        known.add(tool);
      }
      await this.#call(GATEWAY.run, { tool, arguments: args });
    }
  }
}

/** What all requests take with these tools listed. */
export async function costOf(toolsets: string): Promise<Cost> {
  const session = new Session(toolsets);
  for (const steps of Object.values(REQUESTS)) await session.request(steps);
  return session;
}

/** Calls and tokens of the two ways to list few tools. */
export async function fewToolsLines(): Promise<Line[]> {
  const full = await costOf("all");
  const lines: Line[] = [];
  for (const toolsets of ["compact", "core"]) {
    const { calls, tokens } = await costOf(toolsets);
    const what = `${Object.keys(REQUESTS).length} requests, ${toolsets}`;
    lines.push(
      amount({
        what: `${what}: calls`,
        value: calls,
        unit: "calls",
        most: full.calls * MOST_CALLS,
      }),
      amount({
        what: `${what}: answers`,
        value: tokens,
        unit: "tokens",
        most: full.tokens * MOST_TOKENS,
      }),
    );
  }
  return lines.map((line) => ({
    ...line,
    measured: `all listed: ${full.calls} calls, ${full.tokens} tokens`,
  }));
}
