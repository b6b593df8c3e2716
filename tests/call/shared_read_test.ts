/** Calls that ask the same at the same time are one request; no call gets an older answer for it. */
import { addObserver } from "../../src/base/process/observe.ts";
import type { AuditEntry } from "../../src/tool/services.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../assert.ts";
import { connect, type Harness, type HarnessOptions, type ToolAnswer } from "../harness.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDone } from "../outcome.ts";

/** Something that happens, and how often it has. */
class Tally {
  #count = 0;
  #next = Promise.withResolvers<void>();

  add(by = 1): void {
    this.#count += by;
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves when it has happened so often. */
  async reaches(count: number): Promise<void> {
    while (this.#count < count) await this.#next.promise;
  }
}

/** A client, and the requests that arrive, each of which waits for the gate. */
interface Observed {
  readonly harness: Harness;
  readonly lines: readonly string[];
  readonly gate: PromiseWithResolvers<void>;
  /** Resolves when so many have arrived. */
  readonly arrived: (count: number) => Promise<void>;
  /** Takes all places that requests have; resolves to the calls that do. */
  readonly takePlaces: () => Promise<readonly Promise<unknown>[]>;
}

async function observed(options: HarnessOptions = {}): Promise<Observed> {
  const lines: string[] = [];
  const arrivals = new Tally();
  const gate = Promise.withResolvers<void>();
  const harness = await connect({
    ...options,
    transport: (simulator) =>
      hooked(simulator, {
        arrives: async (line) => {
          lines.push(line);
          arrivals.add();
          await gate.promise;
        },
      }),
  });
  const takePlaces = async (): Promise<readonly Promise<unknown>[]> => {
    const calls = Array.from({ length: 8 }, (_, n) => harness.call(LIST, { limit: n + 1 }));
    await arrivals.reaches(8);
    return calls;
  };
  return { harness, lines, gate, arrived: (count) => arrivals.reaches(count), takePlaces };
}

const LIST = "proxmox_guest_list";
const RESOURCES = "GET /cluster/resources";

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
  const { harness, lines, gate, arrived } = await observed();
  await using _ = harness;
  const first = harness.call(LIST);
  await arrived(1);
  const [second, third] = [harness.call(LIST), harness.call(LIST)];
  await arrived(2);
  gate.resolve();
  await Promise.all([first, second, third]);
  assertEquals(lines.filter((line) => line === RESOURCES).length, 2);
});

Deno.test("what waits for its turn is asked once for all who came meanwhile", async () => {
  const { harness, lines, gate, takePlaces } = await observed();
  await using _ = harness;
  const others = await takePlaces();
  const waiting = [1, 2, 3].map(() => harness.call(LIST));
  await harness.client.ping();
  waiting.push(harness.call(LIST));
  await harness.client.ping();
  assertEquals(lines.length, 8);
  gate.resolve();
  for (const answer of await Promise.all(waiting)) assertDone(answer);
  await Promise.all(others);
  assertEquals(lines.length, 9);
});

Deno.test("who leaves takes the answer from nobody else", async () => {
  const { harness, lines, gate, takePlaces } = await observed();
  await using _ = harness;
  const others = await takePlaces();
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
  await Promise.all(each.map(() => call("proxmox_guest_reboot", { vmid: 101 })));
  // Even reading inside of a guest is written down.
  await Promise.all(each.map(() => call("proxmox_agent_info", { vmid: 100, action: "osinfo" })));
  const written = entries.filter(({ phase }) => phase === "before").map(({ action }) => action);
  assertEquals(written, ["default", "default", "osinfo", "osinfo"]);
  const starts = lines.filter((line) => line.startsWith("POST"));
  assertEquals(starts.length, 2);
});

Deno.test("what was looked up before a change is not for who asks after it", async () => {
  const [looks, changes] = [new Tally(), new Tally()];
  const [listed, changed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using harness = await connect({
    transport: (simulator): Transport => ({
      fetch: async (url, request) => {
        const response = await simulator.fetch(url, request);
        if (request.method === "PUT") {
          changes.add();
          await changed.promise;
        }
        if (url.pathname.endsWith("/cluster/resources")) {
          looks.add();
          if (isHeld) await listed.promise;
        }
        return response;
      },
      close: () => simulator.close(),
    }),
  });
  let isHeld = false;
  const { call, clock } = harness;
  const change = call("proxmox_guest_config_update", { vmid: 200, description: "new" });
  await changes.reaches(1);
  clock.advance(6_000); // The list that the change had is not kept any longer.
  isHeld = true;
  const before = call("proxmox_guest_config", { vmid: 200 });
  await looks.reaches(2);
  changed.resolve();
  assertDone(await change);
  const after = call("proxmox_guest_config", { vmid: 200 });
  await looks.reaches(3);
  listed.resolve();
  for (const answer of await Promise.all([before, after])) assertDone(answer);
});

Deno.test("who asks while a guest is looked for has it looked for again", async () => {
  const looks = new Tally();
  const gate = Promise.withResolvers<void>();
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        arrives: async (line) => {
          if (!line.startsWith("GET /cluster/nextid")) return;
          looks.add();
          await gate.promise;
        },
      }),
  });
  const look = (): Promise<ToolAnswer> => harness.call("proxmox_guest_status", { vmid: 150 });
  const first = look();
  await looks.reaches(1);
  const second = look();
  await looks.reaches(2);
  gate.resolve();
  for (const { text } of await Promise.all([first, second])) assertMatch(text, /no guest "150"/);
});

Deno.test("nobody is out of time by the time of who came before", async () => {
  const { harness, gate, takePlaces } = await observed({ settings: { TIMEOUT: "30" } });
  await using _ = harness;
  const others = await takePlaces();
  const queue = new Tally();
  const stopObserving = addObserver({
    begin: () => ({ end: () => {} }),
    changed: (name, by) => {
      if (name === "requests waiting") queue.add(by);
    },
  });
  const first = harness.call(LIST);
  await queue.reaches(1);
  harness.clock.advance(20_000);
  const second = harness.call(LIST);
  await queue.reaches(2);
  stopObserving();
  harness.clock.advance(10_000);
  gate.resolve();
  assertMatch((await first).text, /Not sent within 30 seconds/);
  assertDone(await second);
  await Promise.all(others);
});

Deno.test("each call fetches bytes by itself, and saves the file that it names", async () => {
  const { harness, lines, gate } = await observed();
  await using _ = harness;
  gate.resolve();
  const call = {
    ...{ action: "download", node: "pve1", storage: "pbs", filepath: "/none" },
    volume: "pbs:backup/vm/100/2026-01-14T02:00:00Z",
  };
  await Promise.all([1, 2].map(() => harness.call("proxmox_file_restore", call)));
  assertMatch(lines.join(), /^([^,]*file-restore\/download[^,]*),\1$/);
});

Deno.test("who leaves asks for nothing more", async () => {
  const { harness, lines, gate, arrived } = await observed();
  await using _ = harness;
  const controller = new AbortController();
  const { signal } = controller;
  const call = { name: "proxmox_guest_status", arguments: { vmid: 100 } };
  const left = harness.client.callTool(call, undefined, { signal });
  await arrived(1);
  harness.clock.advance(6_000); // What is being read will not be kept.
  controller.abort("enough");
  await assertRejects(() => left);
  await harness.client.ping();
  assertEquals(lines.length, 1);
  gate.resolve();
});
