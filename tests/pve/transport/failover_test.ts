import { VirtualClock } from "../../virtual_clock.ts";
import { createFailover } from "../../../src/pve/transport/failover.ts";
import {
  type Transport,
  TransportError,
  type TransportFailure,
  type TransportRequest,
} from "../../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { request } from "./open_transport.ts";

const HOSTS = ["pve1", "pve2", "pve3"].map((name) => new URL(`https://${name}:8006`));
const READ = request();
const WRITE = request({ method: "POST", body: "a=1" });

/** How a host is broken. */
interface Fault {
  readonly failure: TransportFailure;
  readonly maybeSent: boolean;
}

const DEAD: Fault = { failure: "refused", maybeSent: false };
const BREAKS_OFF: Fault = { failure: "reset", maybeSent: true };

/** Hosts in this process: each answers with its name, or has a fault. */
class Hosts implements Transport {
  /** Faults by host name; `once` is over after one request. */
  readonly faults = new Map<string, Fault & { readonly once?: boolean }>();
  /** `METHOD URL` of each request. */
  readonly asked: string[] = [];

  async fetch(url: URL, { method, signal }: TransportRequest): Promise<Response> {
    this.asked.push(`${method} ${url.hostname}${url.pathname}${url.search}`);
    await Promise.resolve();
    signal.throwIfAborted();
    const fault = this.faults.get(url.hostname);
    if (!fault) return new Response(url.hostname);
    if (fault.once) this.faults.delete(url.hostname);
    const { failure, maybeSent } = fault;
    throw new TransportError(failure, `${url.hostname} fails`, { maybeSent, hint: "Look at it" });
  }

  close(): void {}
}

function setUp(): {
  readonly hosts: Hosts;
  readonly clock: VirtualClock;
  /** Sends a request and returns the name of the host that answered. */
  readonly send: (what?: TransportRequest) => Promise<string>;
} {
  const hosts = new Hosts();
  const clock = new VirtualClock();
  const failover = createFailover(HOSTS, hosts, clock);
  const send = async (what: TransportRequest = READ): Promise<string> =>
    (await failover.fetch(new URL("/api2/json/nodes?a=b", HOSTS[0]), what)).text();
  return { hosts, clock, send };
}

Deno.test("createFailover() asks each host below its own path", async () => {
  const hosts = new Hosts();
  const bases = ["https://proxy/lab/pve1", "https://pve2:8006", "https://pve3//x/"];
  const failover = createFailover(bases.map((base) => new URL(base)), hosts, new VirtualClock());
  for (const name of ["proxy", "pve2"]) hosts.faults.set(name, DEAD);
  const url = new URL("https://proxy/lab/pve1/api2/json/nodes?a=b");
  assertEquals(await (await failover.fetch(url, READ)).text(), "pve3");
  assertEquals(hosts.asked, [
    "GET proxy/lab/pve1/api2/json/nodes?a=b",
    "GET pve2/api2/json/nodes?a=b",
    "GET pve3//x/api2/json/nodes?a=b",
  ]);
});

Deno.test("createFailover() sends everything to the first host while it answers", async () => {
  const { hosts, send } = setUp();
  assertEquals([await send(), await send(WRITE)], ["pve1", "pve1"]);
  assertEquals(hosts.asked, ["GET pve1/api2/json/nodes?a=b", "POST pve1/api2/json/nodes?a=b"]);
});

const NOT_SENT: readonly TransportFailure[] = ["dns", "refused", "unreachable", "timeout", "tls"];
for (const failure of NOT_SENT) {
  Deno.test(`createFailover() leaves a host for the next when nothing was sent: ${failure}`, async () => {
    const { hosts, send } = setUp();
    hosts.faults.set("pve1", { failure, maybeSent: false });
    assertEquals([await send(), await send(WRITE)], ["pve2", "pve2"]);
    assertEquals(hosts.asked.map((each) => each.slice(0, 9)), [
      "GET pve1/",
      "GET pve2/",
      "POST pve2",
    ]);
  });
}

Deno.test("createFailover() sends a change to the next host when the first surely got nothing", async () => {
  const { hosts, send } = setUp();
  hosts.faults.set("pve1", DEAD);
  hosts.faults.set("pve2", DEAD);
  assertEquals(await send(WRITE), "pve3");
});

Deno.test("createFailover() never repeats a change that may have been sent", async () => {
  const { hosts, send } = setUp();
  hosts.faults.set("pve1", BREAKS_OFF);
  const error = await assertRejects(() => send(WRITE), TransportError, "pve1 fails");
  assertEquals(error.details.maybeSent, true);
  assertEquals(hosts.asked.length, 1);
  assertEquals(await send(WRITE), "pve2");
});

Deno.test("createFailover() repeats a read whose connection broke, first on the same host", async () => {
  const { hosts, send } = setUp();
  hosts.faults.set("pve1", { ...BREAKS_OFF, once: true });
  assertEquals(await send(), "pve1");
  hosts.faults.set("pve1", BREAKS_OFF);
  assertEquals(await send(), "pve2");
});

Deno.test("createFailover() does not repeat a stream, which is used up", async () => {
  const { hosts, send } = setUp();
  hosts.faults.set("pve1", DEAD);
  const body = { stream: ReadableStream.from([new Uint8Array(1)]), length: 1 };
  await assertRejects(() => send(request({ method: "POST", body })), TransportError);
  assertEquals(hosts.asked.length, 1);
});

Deno.test("createFailover() comes back to the first host when it answers again", async () => {
  const { hosts, clock, send } = setUp();
  hosts.faults.set("pve1", DEAD);
  assertEquals(await send(), "pve2");
  hosts.faults.delete("pve1");
  clock.advance(29_999);
  assertEquals(await send(), "pve2");
  clock.advance(1);
  assertEquals(await send(WRITE), "pve2", "A change is no trial");
  assertEquals(await send(), "pve1");
  assertEquals(await send(WRITE), "pve1");
});

Deno.test("createFailover() asks a host that stays dead less and less often, up to every 5 minutes", async () => {
  const { hosts, clock, send } = setUp();
  hosts.faults.set("pve1", DEAD);
  const trials: number[] = [];
  const start = clock.now();
  for (let seconds = 0; seconds <= 1200; seconds += 10) {
    const before = hosts.asked.length;
    assertEquals(await send(), "pve2");
    if (hosts.asked.length - before === 2) trials.push((clock.now() - start) / 1000);
    clock.advance(10_000);
  }
  assertEquals(trials, [0, 30, 90, 210, 450, 750, 1050]);
});

Deno.test("createFailover() lets one request at a time try a host again", async () => {
  const { hosts, clock, send } = setUp();
  hosts.faults.set("pve1", DEAD);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
  assertEquals(new Set(answers), new Set(["pve2"]));
  clock.advance(30_000); // The 20 failures at once count as one.
  hosts.asked.length = 0;
  await Promise.all(Array.from({ length: 20 }, () => send()));
  assertEquals(hosts.asked.filter((each) => each.startsWith("GET pve1")).length, 1);
});

Deno.test("createFailover() tells what each host said when none answers, and tries all again next time", async () => {
  const { hosts, send } = setUp();
  for (const { hostname } of HOSTS) hosts.faults.set(hostname, DEAD);
  const error = await assertRejects(() => send(), TransportError);
  assertStringIncludes(
    error.message,
    "None of the 3 hosts answers: pve1 fails; pve2 fails; pve3 fails",
  );
  assertEquals([error.failure, error.details.maybeSent], ["refused", false]);
  assertEquals(error.details.hint, "Look at it");
  assert(error.cause instanceof AggregateError);
  hosts.faults.delete("pve3");
  assertEquals(await send(WRITE), "pve3");
});

Deno.test("createFailover() asks no other host when the caller cancels", async () => {
  const { hosts, send } = setUp();
  const reason = new Error("cancelled");
  const signal = AbortSignal.abort(reason);
  assertEquals(await send(request({ signal })).catch((error) => error), reason);
  assertEquals(hosts.asked.length, 1);
  assertEquals(await send(), "pve1");
});

Deno.test("createFailover() leaves a host that let a request run into its timeout", async () => {
  const { send } = setUp();
  const signal = AbortSignal.abort(new DOMException("Too slow", "TimeoutError"));
  await assertRejects(() => send(request({ signal })), DOMException, "Too slow");
  assertEquals(await send(), "pve2");
});
