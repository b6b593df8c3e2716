/**
 * Behaviour of tools as tables: calls through a real client, what each answer says, and what
 * reached the embedded Proxmox VE.
 *
 * @module
 */
import { assert, assertEquals } from "../assert.ts";
import { connect, type Harness, type HarnessOptions, type ToolAnswer } from "../harness.ts";
import { type Fields, hasContent, hasData, hasRow, outcomeOf } from "../outcome.ts";

/** A call and what must come of it. */
export interface Step {
  readonly call: Readonly<Record<string, unknown>>;
  /** Parts of the answer's text: words, not how data is written. */
  readonly says?: readonly string[];
  /** What the answer's text must not hold. */
  readonly hides?: readonly string[];
  /** Rows that the list has, by some of their fields. */
  readonly rows?: readonly Fields[];
  /** Rows that the list must not have. */
  readonly noRows?: readonly Fields[];
  /** Fields of the data; undefined for one that it must not have. */
  readonly data?: Fields;
  /** Fields of the structured content: columns, total, task. */
  readonly content?: Fields;
  /** The call must fail, in any way or in this one; `says` is then of the error. */
  readonly fails?: true | Exclude<ReturnType<typeof outcomeOf>, "done">;
  /**
   * The change that reached the server, as `PUT /nodes/pve1/dns search=x&dns1=y`; "" for none. `…`
   * stands for a digest that was read, which counts only where one is named:
   * tests/guard/digest_test.ts says what is sent with one.
   */
  readonly sends?: string;
}

/** The last request that was not a GET, decoded. */
function lastChange(harness: Harness, from: number): string {
  const change = harness.simulator.requests.slice(from).findLast((each) => each.method !== "GET");
  if (!change) return "";
  const parameters = new URLSearchParams(`${change.query}&${change.body}`);
  const words = [...parameters].map(([name, value]) => `${name}=${value}`).join("&");
  const path = change.path.replace("/api2/json", "");
  return `${change.method} ${path}${words === "" ? "" : ` ${words}`}`;
}

/** Checks what an answer states. */
function checkFacts(answer: ToolAnswer, step: Step, label: string): void {
  const { rows = [], noRows = [], data, content = {} } = step;
  const shown = (fields: Fields): string => `${Deno.inspect(fields)}; ${label}`;
  for (const fields of rows) assert(hasRow(answer, fields), `no row ${shown(fields)}`);
  for (const fields of noRows) assert(!hasRow(answer, fields), `a row ${shown(fields)}`);
  assert(hasContent(answer, content), `no content ${shown(content)}`);
  if (data !== undefined) assert(hasData(answer, data), `no data ${shown(data)}`);
}

/** Takes the steps in order with one client. */
export async function walk(harness: Harness, tool: string, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const { call, says = [], hides = [], fails, sends } = step;
    const before = harness.simulator.requests.length;
    const answer = await harness.call(tool, call);
    const { text, isError } = answer;
    const label = `${tool} ${JSON.stringify(call)} answered:\n${text}`;
    assertEquals(isError, fails !== undefined, label);
    if (typeof fails === "string") assertEquals(outcomeOf(text), fails, label);
    for (const part of says) assert(text.includes(part), `no "${part}"; ${label}`);
    for (const part of hides) assert(!text.includes(part), `"${part}"; ${label}`);
    checkFacts(answer, step, label);
    const change = lastChange(harness, before);
    if (sends === undefined) continue;
    const sent = sends.includes("digest=")
      ? change.replace(sends.includes("digest=…") ? /digest=\w{40}/ : /^$/, "digest=…")
      : change.replace(/[ &]digest=\w+(?=&|$)/, "");
    assertEquals(sent, sends, label);
  }
}

/** A test that takes steps on a cluster of its own. */
export function testSteps(
  name: string,
  tool: string,
  steps: readonly Step[],
  options: HarnessOptions = {},
): void {
  Deno.test(name, async () => {
    await using harness = await connect(options);
    await walk(harness, tool, steps);
  });
}
