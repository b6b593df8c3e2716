/** Calls that ask the same at the same time are one request; no call gets an older answer for it. */
import type { AuditEntry } from "../../src/tool/services.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../assert.ts";
import { connect, type Harness, type HarnessOptions } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDone } from "../outcome.ts";

/** A client; the requests that arrive, each of which waits for the gate. */
async function observed(
  options: HarnessOptions = {},
): Promise<{ harness: Harness; lines: string[]; gate: PromiseWithResolvers<void> }> {
  const lines: string[] = [];
  const gate = Promise.withResolvers<void>();
  const harness = await connect({
    ...options,
    transport: (simulator) =>
      hooked(simulator, {
        arrives: async (line) => {
          lines.push(line);
          await gate.promise;
        },
      }),
  });
  return { harness, lines, gate };
}

const LIST = "proxmox_guest_list";
const RESOURCES = "GET /cluster/resources";

/** Resolves when so many requests have arrived. */
async function arrived(harness: Harness, lines: readonly string[], count: number): Promise<void> {
  for (let pings = 0; lines.length < count; pings++) {
    assert(pings < 1_000, `${lines.length} requests arrived, not ${count}`);
    await harness.client.ping();
  }
}

Deno.test("calls that ask the same at once are one request, and get the same answer", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  gate.resolve();
  const answers = await Promise.all(Array.from({ length: 40 }, () => harness.call(LIST)));
  assertEquals(lines, [RESOURCES]);
  for (const answer of answers) {
    assertDone(answer);
    assertEquals(answer, answers[0]);
  }
});

Deno.test("calls that ask for something else are requests of their own", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  gate.resolve();
  const [all, few] = await Promise.all([harness.call(LIST), harness.call(LIST, { limit: 1 })]);
  assertEquals(lines, [RESOURCES, RESOURCES]);
  assert(all.text !== few.text);
});

Deno.test("who asks when the request was sent gets an answer of their own", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  const first = harness.call(LIST);
  await arrived(harness, lines, 1);
  const [second, third] = [harness.call(LIST), harness.call(LIST)];
  await arrived(harness, lines, 2);
  gate.resolve();
  await Promise.all([first, second, third]);
  assertEquals(lines.filter((line) => line === RESOURCES).length, 2);
});

Deno.test("what waits for its turn is asked once for all who came meanwhile", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  const others = Array.from({ length: 8 }, (_, n) => harness.call(LIST, { limit: n + 1 }));
  await arrived(harness, lines, 8);
  const waiting = [1, 2, 3].map(() => harness.call(LIST));
  await harness.client.ping();
  waiting.push(harness.call(LIST));
  await harness.client.ping();
  assertEquals(lines.length, 8);
  gate.resolve();
  for (const answer of await Promise.all([...waiting, ...others])) assertDone(answer);
  assertEquals(lines.length, 9);
});

Deno.test("who leaves takes the answer from nobody else", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  const others = Array.from({ length: 8 }, (_, n) => harness.call(LIST, { limit: n + 1 }));
  await arrived(harness, lines, 8);
  const controller = new AbortController();
  const first = harness.client.callTool({ name: LIST, arguments: {} }, undefined, {
    signal: controller.signal,
  });
  await harness.client.ping();
  const second = harness.call(LIST);
  await harness.client.ping();
  controller.abort("enough");
  await assertRejects(() => first);
  await harness.client.ping();
  gate.resolve();
  assertDone(await second);
  await Promise.all(others);
  assertEquals(lines.length, 9);
});

Deno.test("a failure is told to all, in the same words", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  gate.resolve();
  const wrong = await Promise.all([1, 2].map(() => harness.call(LIST, { type: "sheep" })));
  for (const answer of wrong) {
    assert(answer.isError);
    assertMatch(answer.text, /sheep/);
    assertEquals(answer, wrong[0]);
  }
  assertEquals(lines, [RESOURCES]);
});

Deno.test("what is written down is done for each call by itself", async () => {
  const entries: AuditEntry[] = [];
  const audit = {
    write: (entry: AuditEntry) => Promise.resolve(void entries.push(entry)),
    close: () => {},
  };
  const { harness, lines, gate } = await observed({ services: { audit } });
  await using _ = harness;
  gate.resolve();
  const each = [1, 2];
  const { call } = harness;
  await Promise.all(each.map(() => call("proxmox_guest_start", { vmid: 101 })));
  // Even reading inside of a guest is written down.
  await Promise.all(each.map(() => call("proxmox_agent_info", { vmid: 100, action: "osinfo" })));
  const written = entries.filter(({ phase }) => phase === "before").map(({ action }) => action);
  assertEquals(written, ["default", "default", "osinfo", "osinfo"]);
  const starts = lines.filter((line) => line.startsWith("POST"));
  assertEquals(starts.length, 2);
});
