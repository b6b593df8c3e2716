/**
 * Behaviour of tools as tables: calls through a real client, what each answer says, and what
 * reached the embedded Proxmox VE.
 *
 * @module
 */
import { assert, assertEquals } from "../assert.ts";
import { connect, type Harness, type HarnessOptions } from "../harness.ts";

/** A call and what must come of it. */
export interface Step {
  readonly call: Readonly<Record<string, unknown>>;
  /** Parts of the answer's text. */
  readonly says?: readonly string[];
  /** What the answer's text must not hold. */
  readonly hides?: readonly string[];
  /** The call must fail; `says` is then of the error. */
  readonly fails?: true;
  /** The change that reached the server, as `PUT /nodes/pve1/dns search=x&dns1=y`; "" for none. */
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

/** Takes the steps in order with one client. */
export async function walk(harness: Harness, tool: string, steps: readonly Step[]): Promise<void> {
  for (const { call, says = [], hides = [], fails, sends } of steps) {
    const before = harness.simulator.requests.length;
    const { text, isError } = await harness.call(tool, call);
    const label = `${tool} ${JSON.stringify(call)} answered:\n${text}`;
    assertEquals(isError, fails === true, label);
    for (const part of says) assert(text.includes(part), `no "${part}"; ${label}`);
    for (const part of hides) assert(!text.includes(part), `"${part}"; ${label}`);
    if (sends !== undefined) assertEquals(lastChange(harness, before), sends, label);
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
