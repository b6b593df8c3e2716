/**
 * An embedded Proxmox VE behind a real TLS port, as the doctor meets a node, or below a path of it,
 * as a reverse proxy has it.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "../../../src/base/async/clock.ts";
import {
  type Authority,
  createAuthority,
  issueCertificate,
  type IssuedCertificate,
  type Validity,
} from "../../../src/simulator/server/certificates.ts";
import type { SiteName } from "../../../src/simulator/seed/sites.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { NAMES, serveHttps, type TestServer } from "../../pve/transport/tls_server.ts";

/** A node with its certificate, signed by its cluster's authority. */
export interface PveServer extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly server: TestServer;
  readonly authority: Authority;
  readonly certificate: IssuedCertificate;
}

/** The machine's time, as certificates need it, and no waiting. */
const CLOCK: Clock = { ...systemClock, sleep: () => Promise.resolve() };

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

async function answer(
  simulator: Simulator,
  request: IncomingMessage,
  target: string,
  response: ServerResponse,
): Promise<void> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  try {
    const reply = await simulator.handle({
      method: request.method ?? "GET",
      target,
      host: simulator.cluster.nodeNames()[0] ?? "",
      headers: Object.fromEntries(headers),
      body: await readBody(request),
    }, new AbortController().signal);
    const length = { "Content-Length": String(reply.body.length) };
    response.writeHead(reply.status, reply.reason, { ...reply.headers, ...length });
    if (reply.cut) {
      response.write(reply.body.slice(0, Math.floor(reply.body.length / 2)));
      response.socket?.end();
    } else response.end(reply.body);
  } catch {
    response.socket?.destroy(); // What the simulator drops.
  }
}

/** How a node's certificate differs. */
export interface CertificateOptions extends Validity {
  readonly names?: readonly string[];
}

/** How a node is served. */
export interface PveOptions extends CertificateOptions {
  /** Path that stands in front of all of the API's, as `/lab/pve`. */
  readonly prefix?: string;
  /** What is behind it. */
  readonly site?: SiteName;
}

/** Starts a node. */
export async function startPve(
  { prefix = "", site = "company", ...options }: PveOptions = {},
): Promise<PveServer> {
  const simulator = createSimulator({ clock: CLOCK, site });
  const authority = await createAuthority();
  const certificate = await issueCertificate({ authority, names: NAMES, ...options });
  const server = await serveHttps(certificate, (request, response) => {
    const { url = "/" } = request;
    if (url.startsWith(`${prefix}/`)) {
      void answer(simulator, request, url.slice(prefix.length), response);
    } else response.writeHead(404, { "Content-Type": "text/html" }).end("<html>Not here</html>");
  });
  return {
    simulator,
    server,
    authority,
    certificate,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
