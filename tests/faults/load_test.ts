/** Many calls at once, and calls that are given up. */
import { setUpLogging } from "../../src/base/process/log.ts";
import { createTransport } from "../../src/pve/transport/tls.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { serveSimulator } from "../../src/simulator/server/server.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { assertDone } from "../outcome.ts";
import { VirtualClock } from "../virtual_clock.ts";

/** Forwards connections and counts them. */
class CountingProxy implements AsyncDisposable {
  /** Most that were open at once. */
  most = 0;
  #open = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #done: Promise<void>;

  constructor(private readonly target: URL) {
    this.#done = this.#accept();
  }

  get url(): URL {
    return new URL(`https://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`);
  }

  async #accept(): Promise<void> {
    const forwarded: Promise<void>[] = [];
    for await (const connection of this.#listener) forwarded.push(this.#forward(connection));
    await Promise.all(forwarded);
  }

  async #forward(near: Deno.Conn): Promise<void> {
    this.most = Math.max(this.most, ++this.#open);
    const far = await Deno.connect({ hostname: "127.0.0.1", port: Number(this.target.port) });
    const both = [near.readable.pipeTo(far.writable), far.readable.pipeTo(near.writable)];
    await Promise.allSettled(both);
    this.#open--;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
  }
}

Deno.test("200 calls at once use 8 connections at most, and all are answered", async () => {
  const simulator = createSimulator({ clock: new VirtualClock() });
  await using server = await serveSimulator(simulator, 0);
  await using proxy = new CountingProxy(server.url);
  const tls = createTransport({
    sslMode: "strict",
    caCert: server.authority,
    maxConnections: 8,
  });
  const transport = (): Transport => ({
    fetch: (url, request) => tls.fetch(new URL(url.pathname + url.search, proxy.url), request),
    close: () => tls.close(),
  });
  await using harness = await connect({ transport });
  const calls = Array.from(
    { length: 200 },
    // No two are equal: these would be one request.
    (_, index) => harness.call("proxmox_guest_config", { vmid: 100 + index % 9, limit: index + 1 }),
  );
  const answers = await Promise.all(calls);
  assertEquals(answers.filter(({ isError }) => isError), []);
  assert(proxy.most <= 8, `${proxy.most} connections`);
  assert(proxy.most > 1, "side by side");
});

/** A way to the simulator that keeps some requests without an answer. */
function held(path: RegExp): { transport: (inner: Transport) => Transport; waiting: () => number } {
  let waiting = 0;
  const transport = (inner: Transport): Transport => ({
    fetch: (url, request) => {
      if (!path.test(url.pathname)) return inner.fetch(url, request);
      waiting++;
      const { signal } = request;
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          waiting--;
          reject(signal.reason);
        }, { once: true });
      });
    },
    close: () => inner.close(),
  });
  return { transport, waiting: () => waiting };
}

/** Starts a call that can be given up. */
function start(
  { client }: Harness,
  name: string,
  args: Record<string, unknown>,
): { readonly cancel: AbortController; readonly done: Promise<unknown> } {
  const cancel = new AbortController();
  const done = client.callTool({ name, arguments: args }, undefined, { signal: cancel.signal });
  return { cancel, done };
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !holds(); turn++) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert(holds());
}

Deno.test("a cancelled call frees its place", async () => {
  const { transport, waiting } = held(/\/nodes\/pve2\/status$/);
  await using harness = await connect({ transport });
  const stuck = Array.from(
    { length: 12 },
    (_, index) =>
      start(harness, "proxmox_node", { action: "status", node: "pve2", limit: index + 1 }),
  );
  await until(() => waiting() === 8);
  let answered = false;
  const other = harness.call("proxmox_node", { action: "status", node: "pve1" }).then((answer) => {
    answered = true;
    return answer;
  });
  await until(() => waiting() === 8);
  assertEquals(answered, false);
  for (const { cancel } of stuck) cancel.abort("given up");
  assertDone(await other, /^Status of pve1/);
  for (const { done } of stuck) await assertRejects(() => done);
  assertEquals(waiting(), 0);
});

Deno.test("a cancelled call leaves the list of guests to others who wait for it", async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => release = resolve);
  let asked = 0;
  const transport = (inner: Transport): Transport => ({
    fetch: async (url, request) => {
      if (url.pathname.endsWith("/cluster/resources")) {
        asked++;
        await gate;
      }
      return await inner.fetch(url, request);
    },
    close: () => inner.close(),
  });
  await using harness = await connect({ transport });
  const first = start(harness, "proxmox_guest_config", { vmid: "web01" });
  const second = harness.call("proxmox_guest_config", { vmid: "web02" });
  await until(() => asked === 1);
  first.cancel.abort("given up");
  await assertRejects(() => first.done);
  release();
  assertDone(await second, /^Guest configuration of web02/);
  assertEquals(asked, 1);
});

Deno.test("a cancelled call stops waiting for its task, not the task, and says so in the log", async () => {
  const lines: string[] = [];
  setUpLogging("warning", "text", (line) => void lines.push(line));
  try {
    await using harness = await connect();
    harness.simulator.faults.add({ kind: "task-endless", times: 1 });
    const cancel = new AbortController();
    const call = { name: "proxmox_guest_start", arguments: { vmid: 107, wait: 3_600 } };
    const done = harness.client.callTool(call, undefined, {
      signal: cancel.signal,
      onprogress: () => cancel.abort("given up"),
    });
    await assertRejects(() => done);
    await until(() => lines.length > 0);
    assertMatch(
      lines.join("\n"),
      /^WARNING tasks: A call was cancelled; its task goes on: UPID:pve3/,
    );
    assertEquals(harness.simulator.cluster.tasks.running, 1);
    const next = await harness.call("proxmox_guest_snapshot", { action: "list", vmid: 107 });
    assertDone(next);
  } finally {
    setUpLogging("error");
  }
});

Deno.test("a call that is cancelled before its turn never reaches the cluster", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", times: 1 });
  const first = new AbortController();
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => started = resolve);
  const done = harness.client.callTool(
    { name: "proxmox_guest_start", arguments: { vmid: 107, wait: 3_600 } },
    undefined,
    { signal: first.signal, onprogress: () => started() },
  );
  await running;
  const second = start(harness, "proxmox_guest_clone", { vmid: 107, newid: 990 });
  await until(() => harness.simulator.requests.length > 4);
  second.cancel.abort("given up");
  await assertRejects(() => second.done);
  first.abort("given up");
  await assertRejects(() => done);
  const changes = harness.simulator.requests.filter(({ method }) => method !== "GET");
  assertEquals(changes.map(({ path }) => path.split("/").at(-1)), ["start"]);
});
