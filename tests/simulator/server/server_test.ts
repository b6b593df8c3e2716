import { createTransport } from "../../../src/pve/transport/tls.ts";
import {
  type Transport,
  TransportError,
  type TransportRequest,
} from "../../../src/pve/transport/transport.ts";
import { VirtualClock } from "../../virtual_clock.ts";
import { serveSimulator, type SimulatorServer } from "../../../src/simulator/server/server.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

interface Served extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly server: SimulatorServer;
  readonly transport: Transport;
  ask(path: string, more?: Partial<TransportRequest>): Promise<Response>;
}

async function serve(change = (simulator: Simulator) => simulator): Promise<Served> {
  const simulator = change(createSimulator({ clock: new VirtualClock() }));
  const server = await serveSimulator(simulator, 0);
  const transport = createTransport({
    sslMode: "strict",
    caCert: server.authority,
    maxConnections: 4,
  });
  const { id, secret } = simulator.tokens.full;
  return {
    simulator,
    server,
    transport,
    ask: (path, more = {}) =>
      transport.fetch(new URL(`/api2/json${path}`, server.url), {
        method: "GET",
        headers: { Authorization: `PVEAPIToken=${id}=${secret}`, ...more.headers },
        signal: new AbortController().signal,
        ...(more.method === undefined ? {} : { method: more.method }),
        ...(more.body === undefined ? {} : { body: more.body }),
      }),
    async [Symbol.asyncDispose](): Promise<void> {
      transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("serveSimulator() answers over HTTPS, with PVE's reason phrases", async () => {
  await using served = await serve();
  const version = await served.ask("/version");
  assertEquals((await version.json() as { data: { release: string } }).data.release, "9.2");
  const missing = await served.ask("/nodes/pve1/qemu/999/config");
  assertEquals(
    [missing.status, missing.statusText],
    [500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist"],
  );
  await missing.body?.cancel();
  served.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  const offline = await served.ask("/nodes/pve2/status");
  assertEquals([offline.status, offline.statusText], [595, "No route to host"]);
});

Deno.test("serveSimulator() takes a form, and a pinned fingerprint is enough", async () => {
  await using served = await serve();
  const changed = await served.ask("/nodes/pve1/qemu/100/config", {
    method: "PUT",
    headers: {
      Authorization:
        `PVEAPIToken=${served.simulator.tokens.full.id}=${served.simulator.tokens.full.secret}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: "description=over%20HTTPS",
  });
  assertEquals(await changed.json(), { data: null });
  assertEquals(served.simulator.cluster.guests.get(100)?.config.description, "over HTTPS");
  const pinned = createTransport({
    sslMode: "verify",
    fingerprint: served.server.fingerprint,
    maxConnections: 1,
  });
  const answer = await pinned.fetch(new URL("/api2/json/version", served.server.url), {
    method: "GET",
    headers: {},
    signal: new AbortController().signal,
  });
  assertEquals([answer.status, answer.statusText], [401, "No ticket"]);
  pinned.close();
});

Deno.test("serveSimulator() breaks connections on demand", async () => {
  await using served = await serve();
  served.simulator.faults.add({ kind: "reset", times: 2 });
  const reset = await assertRejects(() => served.ask("/version"), TransportError);
  assertEquals(reset.failure, "reset");
  served.simulator.faults.clear();
  served.simulator.faults.add({ kind: "half-body", times: 1 });
  await assertRejects(async () => {
    const half = await served.ask("/cluster/resources");
    await half.text();
  });
  assertEquals((await served.ask("/version")).status, 200);
});

Deno.test("serveSimulator() serves on when a client goes away in the middle of its body", async () => {
  await using served = await serve();
  const connection = await Deno.connectTls({
    hostname: "127.0.0.1",
    port: Number(served.server.url.port),
    caCerts: [served.server.authority],
  });
  const head =
    "POST /api2/json/access/ticket HTTP/1.1\r\nHost: pve1\r\nContent-Length: 100\r\n\r\n";
  await connection.write(new TextEncoder().encode(`${head}username=`));
  connection.close();
  assertEquals((await served.ask("/version")).status, 200);
});

Deno.test("serveSimulator() answers 500 when the simulator itself fails", async () => {
  await using served = await serve((simulator) => ({
    ...simulator,
    handle: () => Promise.reject(new Error("Nothing works")),
  }));
  const answer = await served.ask("/version");
  assertEquals([answer.status, await answer.text()], [500, "Nothing works"]);
});

// PVE::API2::Nodes (journal), PVE::APIServer::AnyEvent (response)
Deno.test("the journal is in gzip for everybody, long answers for those who take it", async () => {
  const simulator = createSimulator({ clock: new VirtualClock() });
  const { id, secret } = simulator.tokens.full;
  const encoding = async (path: string, accepted?: string): Promise<string | undefined> => {
    const { headers } = await simulator.handle({
      method: "GET",
      target: `/api2/json${path}`,
      host: "pve1",
      headers: {
        authorization: `PVEAPIToken=${id}=${secret}`,
        ...(accepted === undefined ? {} : { "accept-encoding": accepted }),
      },
      body: new Uint8Array(0),
    }, new AbortController().signal);
    return headers["Content-Encoding"];
  };
  assertEquals(await encoding("/nodes/pve1/journal?lastentries=1"), "gzip");
  assertEquals(await encoding("/cluster/resources", "gzip, br"), "gzip");
  assertEquals(await encoding("/cluster/resources"), undefined);
  assertEquals(await encoding("/version", "gzip"), undefined);
  await using served = await serve();
  const journal = await served.ask("/nodes/pve1/journal?lastentries=3");
  const { data, success } = await journal.json() as { data: string[]; success: number };
  assertEquals([data.length, success], [5, 1]);
});
