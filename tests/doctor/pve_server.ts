/**
 * An embedded Proxmox VE behind a real TLS port, as the doctor meets a node.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "../../src/clock.ts";
import {
  type Authority,
  createAuthority,
  issueCertificate,
  type IssuedCertificate,
  type Validity,
} from "../../src/simulator/certificates.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { NAMES, serveHttps, type TestServer } from "../pve/tls_server.ts";

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
  response: ServerResponse,
): Promise<void> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  try {
    const reply = await simulator.handle({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      host: "pve1",
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

/** Starts a node. */
export async function startPve(options: CertificateOptions = {}): Promise<PveServer> {
  const simulator = createSimulator({ clock: CLOCK });
  const authority = await createAuthority();
  const certificate = await issueCertificate({ authority, names: NAMES, ...options });
  const server = await serveHttps(certificate, (request, response) => {
    void answer(simulator, request, response);
  });
  return {
    simulator,
    server,
    authority,
    certificate,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
