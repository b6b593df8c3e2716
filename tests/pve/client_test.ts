/** Who waits for whom: requests, and transfers beside them, over real connections. */
import { download } from "../../src/pve/bytes.ts";
import { MAX_CONNECTIONS, PveClient } from "../../src/pve/client.ts";
import { PveTimeoutError } from "../../src/pve/errors.ts";
import { tokenCredentials } from "../../src/pve/credentials.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { ManualClock } from "../virtual_clock.ts";
import { openPinned } from "./transport/open_transport.ts";
import { selfSigned, serveHttps, type TestServer } from "./transport/tls_server.ts";

const certificate = await selfSigned();
const TIMEOUT_SECONDS = 60;
/** More than there are places of a kind. */
const MANY = MAX_CONNECTIONS;

interface Cluster extends AsyncDisposable {
  readonly server: TestServer;
  readonly pve: PveClient;
  readonly clock: ManualClock;
  /** Resolves when so many requests that are not answered have arrived. */
  held(count: number): Promise<void>;
}

function clientOf(server: TestServer, clock: ManualClock): PveClient {
  const transport = openPinned(certificate, { maxConnections: MAX_CONNECTIONS });
  const credentials = tokenCredentials({ id: "mcp@pve!a", secret: "secret" });
  return new PveClient({
    ...{ host: server.url, transport, clock, credentials },
    ...{ timeoutSeconds: TIMEOUT_SECONDS, rateLimit: 0 },
  });
}

/** A server that answers `/version`, and holds all other requests. */
async function start(): Promise<Cluster> {
  const waiting = new Map<number, () => void>();
  let held = 0;
  const server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.url?.endsWith("/version")) return void response.end('{"data":{}}');
    waiting.get(++held)?.();
  });
  const clock = new ManualClock();
  const pve = clientOf(server, clock);
  return {
    ...{ server, pve, clock },
    held: (count) =>
      held >= count ? Promise.resolve() : new Promise((resolve) => waiting.set(count, resolve)),
    [Symbol.asyncDispose]: async () => {
      pve.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A download that may take a day. */
function downloadBy<T>(
  pve: PveClient,
  signal: AbortSignal,
  read: (bytes: ReadableStream<Uint8Array>) => Promise<T>,
): Promise<T> {
  return download(
    pve,
    "GET /nodes/{node}/storage/{storage}/file-restore/download",
    { node: "pve1", storage: "pbs", volume: "v", filepath: "/x" },
    { signal, timeoutSeconds: 86_400 },
    read,
  );
}

/** A download that goes on until it is cancelled. */
function longDownload(pve: PveClient, signal: AbortSignal): Promise<string> {
  return downloadBy(
    pve,
    signal,
    (bytes) => new Response(bytes as ReadableStream<Uint8Array<ArrayBuffer>>).text(),
  ).catch(String);
}

Deno.test("the time of a request covers its wait for a place, after which nothing was sent", async () => {
  await using cluster = await start();
  const { pve, clock } = cluster;
  const requests = Array.from(
    { length: MANY },
    () => assertRejects(() => pve.request("GET /nodes", {}), PveTimeoutError),
  );
  await cluster.held(MANY / 2);
  clock.advance(TIMEOUT_SECONDS * 1000);
  const errors = await Promise.all(requests);
  const queued = errors.filter(({ maybeSent }) => !maybeSent);
  assertEquals(queued.length, MANY / 2);
  for (const { message } of queued) {
    assertEquals(message, "Not sent within 60 seconds: others were before it");
  }
  assertEquals((await pve.request("GET /version", {})).data, {});
});

Deno.test("transfers, however many, take no place of a small read, and wait no longer for theirs", async () => {
  await using cluster = await start();
  const { pve, clock } = cluster;
  const cancel = new AbortController();
  const running = Array.from({ length: MANY / 2 }, () => longDownload(pve, cancel.signal));
  await cluster.held(MANY / 2);
  const queued = longDownload(pve, cancel.signal);
  assertEquals((await pve.request("GET /version", {})).data, {});
  clock.advance(TIMEOUT_SECONDS * 1000);
  assertStringIncludes(await queued, "Not sent within 60 seconds");
  cancel.abort(new Error("cancelled"));
  assertEquals(await Promise.all(running), Array(MANY / 2).fill("Error: cancelled"));
  assertEquals((await pve.request("GET /version", {})).data, {});
});

Deno.test("a download that nobody reads lets its connection go", async () => {
  let closed = 0;
  const allClosed = Promise.withResolvers<void>();
  await using server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.url?.endsWith("/version")) return void response.end('{"data":{}}');
    response.on("close", () => ++closed === MANY && allClosed.resolve());
    response.write(new Uint8Array(100_000));
  });
  const pve = clientOf(server, new ManualClock());
  const { signal } = new AbortController();
  const refuse = (): Promise<never> => Promise.reject(new Error("there is no room for it"));
  await Promise.all(Array.from(
    { length: MANY },
    () => assertRejects(() => downloadBy(pve, signal, refuse), Error, "no room"),
  ));
  await allClosed.promise;
  assertEquals((await pve.request("GET /version", {})).data, {});
  pve.close();
});
