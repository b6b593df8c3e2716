/**
 * A dry run names what the call then sends: every action that changes something, those that send
 * several requests included, for both types of guests. It sends nothing but reads, and stops nothing
 * that Proxmox VE does.
 */
import { createHash } from "node:crypto";
import { bytes } from "../../src/base/text/units.ts";
import { isFreeText } from "../../src/answer/free_text.ts";
import { MASK } from "../../src/answer/mask.ts";
import { sanitizeLine } from "../../src/base/text/sanitize.ts";
import { NEW_NUMBER } from "../../src/guard/later_values.ts";
import type { SeenRequest } from "../../src/simulator/simulator.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import type { ToolDefinition } from "../../src/tool/define.ts";
import { assert, assertEquals } from "../assert.ts";
import { rowsOf, type ToolAnswer } from "../harness.ts";
import { literally } from "../outcome.ts";
import { type Case, casesOf } from "./calls/line.ts";
import { argsOf, connectForCalls, withAction } from "./calls/make.ts";
import { ROWS } from "./calls/rows.ts";

interface Part {
  readonly name: string;
  readonly value: string;
  /** The bytes of a file, whose name is the value. */
  readonly content?: string;
}

function partsOf(body: string): Part[] {
  return [...body.matchAll(/name="([^"]+)"(?:; filename="([^"]+)")?[^]*?\r\n\r\n([^]*?)\r\n--/g)]
    .map(([, name = "", file, value = ""]) =>
      file === undefined ? { name, value } : { name, value: file, content: value }
    );
}

function fileWords(content: string): string {
  const digits = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return `with a file of ${bytes(content.length)}, SHA-256 ${digits}…`;
}

/** A request as a plan would name it. */
function lineOf({ method, path, query, body }: SeenRequest): string {
  const parts = body.startsWith("--") ? partsOf(body) : [];
  const fields = parts.length > 0
    ? parts.map(({ name, value }) => [name, value] as const)
    : [...new URLSearchParams(body || query)];
  const decidingFirst = [false, true].flatMap((free) =>
    fields.filter(([name]) => isFreeText(name) === free)
  );
  return [
    `${method} ${decodeURIComponent(path.replace("/api2/json", ""))}`,
    ...decidingFirst.map(([name, value]) => `${name}=${sanitizeLine(value)}`),
    ...parts.flatMap(({ content }) => content === undefined ? [] : [fileWords(content)]),
  ].join(" ");
}

/** True when the line names the request; what is masked, cut or known only later may be anything. */
function isNamed(line: string, sent: string): boolean {
  const form = literally(line)
    .replaceAll(literally(MASK), ".*")
    .replaceAll(NEW_NUMBER, "\\d+")
    .replaceAll(/ … .*? \\\(\d+ characters\\\)/g, ".*");
  return new RegExp(`^${form}$`, "s").test(sent);
}

function namedIn({ structured }: ToolAnswer): string[] {
  const notes = structured.notes as readonly string[];
  return notes.flatMap((note) => /^Request \d+: (.*)$/s.exec(note)?.[1] ?? []);
}

/** What is wrong with the dry run of a call, by what the call does afterwards. */
async function problemsOf(tool: ToolDefinition, actionName: string, line: Case): Promise<string[]> {
  await using harness = await connectForCalls();
  const { requests } = harness.simulator;
  const args = withAction(tool, actionName, await argsOf(harness, line));
  const from = requests.length;
  const planned = await harness.call(tool.name, { ...args, dry_run: true });
  const between = requests.length;
  const forbidden = requests.slice(from, between).filter(({ method, path }) =>
    method !== "GET" || path.includes("/agent/")
  );
  const called = await harness.call(tool.name, args);
  const all = planned.isError ? [] : namedIn(planned);
  const named = all.filter((each) => !each.startsWith("GET "));
  const sent = requests.slice(between).filter(({ method }) => method !== "GET").map(lineOf);
  const stops = planned.isError
    ? []
    : rowsOf(planned).filter(({ verdict, guest = "all" }) =>
      verdict === "stops it" && guest === "all"
    ).map(({ what }) => what);
  const isSame = named.length === sent.length &&
    named.every((each, index) => isNamed(each, sent[index] ?? ""));
  const faults = [
    ...forbidden.map((each) => `The dry run sent ${lineOf(each)}`),
    ...(planned.isError ? ["The dry run failed"] : []),
    ...(isSame || (called.isError && sent.length === 0) ? [] : [
      `It named\n  ${named.join("\n  ")}\nand sent\n  ${sent.join("\n  ")}`,
    ]),
    ...(called.isError ? [] : stops.map((what) => `It was done, though it was said: ${what}`)),
  ];
  return faults.length === 0
    ? []
    : [`${tool.name} ${JSON.stringify(args)}`, ...faults, planned.text];
}

for (const [category, { title }] of Object.entries(CATEGORIES)) {
  const rows = ROWS.filter(({ registered: { category: own, tool }, actionName }) =>
    own === category && tool.actions[actionName]?.kind === "write"
  );
  if (rows.length === 0) continue;
  Deno.test(`${title}: dry runs of ${rows.length} actions name what the calls then send`, async () => {
    const problems: string[] = [];
    let calls = 0;
    for (const { registered: { tool }, actionName, line } of rows) {
      for (const [, each] of casesOf(line ?? {})) {
        calls++;
        problems.push(...await problemsOf(tool, actionName, each));
      }
    }
    assertEquals(problems.join("\n"), "");
    assert(calls >= rows.length);
  });
}
