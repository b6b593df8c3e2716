import type { Answer } from "../../src/tool/answer.ts";
import { bounded } from "../../src/answer/bound.ts";
import { renderMarkdown } from "../../src/answer/markdown.ts";
import { render } from "../../src/answer/render.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

const LONG = "0123456789".repeat(10_000);

Deno.test("bounded() leaves an answer of usual size as it is", () => {
  const answer: Answer = {
    title: "web01 (100) is stopped",
    list: { columns: ["a", "b"], rows: [[1, { x: [true, null] }]], total: 1 },
    object: { memory: "4096", net0: { bridge: "vmbr0" } },
    texts: [{ label: "Log", text: "one\ntwo" }],
    notes: ["Nothing else"],
    failure: { kind: "error", reason: "why", parameters: { a: "b" } },
  };
  assertEquals(bounded(answer), answer);
});

Deno.test("bounded() keeps every part small, and says what it left out", () => {
  const task = {
    ...{ upid: "UPID:", node: "pve1", type: "x", id: "", state: "failed" as const, waited: 1 },
    exitstatus: LONG,
    log: Array(20).fill(LONG),
  };
  const answer = bounded({
    title: LONG,
    list: { columns: ["a"], rows: [[LONG], [{ deep: [LONG, LONG, LONG] }]], total: 2 },
    object: { many: Array(50_000).fill("x"), one: LONG, two: LONG },
    texts: [{ label: LONG, text: LONG }, { label: "b", text: LONG }],
    task,
    notes: Array(100).fill(LONG),
    failure: {
      kind: "error",
      reason: LONG,
      parameters: Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [`p${index}`, LONG]),
      ),
    },
  });
  for (const part of Object.values(answer)) assert(JSON.stringify(part).length < 50_000);
  assertStringIncludes(answer.title, "… (99,600 characters more)");
  assertEquals((answer.object?.many as string[]).at(-1), "… 44802 more");
  assertEquals(answer.object?.["…"], "2 more");
  assertStringIncludes(String(answer.texts?.[1]?.text), "… 87,000 characters left out …");
  assertStringIncludes(String(answer.texts?.[1]?.text).slice(-10), "0123456789");
  assertEquals(answer.failure?.parameters?.["…"], "460 more");
});

/** An answer that says a text wherever it can say one, as names of fields and columns, too. */
function saying(text: string): Answer {
  const fields = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}${text}`, text]));
  return {
    title: text,
    list: {
      columns: ["vmid", text, ...Object.keys(fields)],
      rows: Array(20).fill([1, fields, ...Array(200).fill(text)]),
      total: 20,
    },
    object: { [text]: { [text]: [text, fields] }, ...fields },
    texts: Array(100).fill({ label: text, text }),
    task: {
      ...{ upid: text, node: text, type: text, id: text, state: "failed", waited: 1 },
      exitstatus: text,
      log: Array(1_000).fill(text),
    },
    notes: Array(1_000).fill(text),
    failure: { kind: "error", reason: text, parameters: { [text]: text, ...fields } },
  };
}

for (const unit of ["x", "\n", "\u3164", "`", "|", "<", '"', "\x1b[31m", "\ud800", "日"]) {
  Deno.test(`whatever is said is bounded, names included: ${JSON.stringify(unit)}`, () => {
    const answer = saying(unit.repeat(10_000 / unit.length));
    const { content, structuredContent } = render(answer);
    const markdown = renderMarkdown(answer, "proxmox_node");
    for (const text of [content[0]?.text ?? "", JSON.stringify(structuredContent), markdown]) {
      assert(text.length < 450_000, `has ${text.length} characters`);
    }
    const { columns, rows } = structuredContent as {
      readonly columns: readonly string[];
      readonly rows: readonly (readonly unknown[])[];
    };
    assert(rows.length > 0);
    assert(rows.every((row) => row.length === columns.length));
    if (columns.length < 202) assertEquals(columns.at(-1), `… ${202 - (columns.length - 1)} more`);
  });
}
