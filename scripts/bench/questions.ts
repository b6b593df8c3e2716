/**
 * What thirty questions of an administrator cost: the calls, and the tokens of their answers.
 *
 * @module
 */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { embed } from "../../tests/harness.ts";
import { amount, type Line } from "./line.ts";
import { type Question, QUESTIONS } from "./question_list.ts";

/** Most calls, and tokens of answers, for all questions. */
export const MOST = { calls: 36, tokens: 5_200 } as const;

/** What was answered to one question. */
export interface Answered {
  readonly calls: number;
  /** Of the texts of its answers. */
  readonly tokens: number;
  readonly text: string;
  /** Facts that the answers lack. */
  readonly missing: readonly string[];
}

function holds(text: string, fact: string | RegExp): boolean {
  return typeof fact === "string" ? text.includes(fact) : fact.test(text);
}

/**
 * Asks a question of an embedded cluster of its own.
 *
 * @throws {Error} When a call fails.
 */
export async function ask({ asked, calls, facts }: Question): Promise<Answered> {
  const { services } = embed({});
  const catalog = new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS });
  const { signal } = new AbortController();
  const texts: string[] = [];
  for (const [tool, args = {}] of calls) {
    const { content, isError } = await catalog.call(`proxmox_${tool}`, args, { signal });
    const text = content.map((block) => block.type === "text" ? block.text : "").join("\n");
    if (isError) throw new Error(`${asked} ${tool} failed: ${text}`);
    texts.push(text);
  }
  const text = texts.join("\n");
  return {
    calls: calls.length,
    tokens: texts.reduce((sum, each) => sum + encode(each).length, 0),
    text,
    missing: facts.filter((fact) => !holds(text, fact)).map(String),
  };
}

/**
 * Calls and tokens of all questions.
 *
 * @throws {Error} When an answer lacks a fact: what does not answer costs nothing.
 */
export async function questionLines(): Promise<Line[]> {
  const cost = { calls: 0, tokens: 0 };
  for (const question of QUESTIONS) {
    const { calls, tokens, missing } = await ask(question);
    if (missing.length > 0) {
      throw new Error(`${question.asked} Not answered: ${missing.join(", ")}`);
    }
    cost.calls += calls;
    cost.tokens += tokens;
  }
  const what = `${QUESTIONS.length} questions of an administrator`;
  return (["calls", "tokens"] as const).map((unit) =>
    amount({
      what: `${what}: ${unit === "calls" ? unit : "answers"}`,
      value: cost[unit],
      unit,
      most: MOST[unit],
    })
  );
}
