/**
 * Serves an embedded PVE over HTTPS on this machine alone, with certificates like PVE's: the
 * cluster's authority signs the node's, and is not sent along.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorMessage } from "../../base/text/error_message.ts";
import { createAuthority, issueCertificate } from "./certificates.ts";
import { Dropped, textAnswer, type WireAnswer, type WireRequest } from "../request/wire.ts";
import { showCertificate } from "../node/certificates.ts";
import { entryNode } from "../request/api.ts";
import type { Simulator } from "../simulator.ts";

const ADDRESS = "127.0.0.1";
/** A simulator that listens. */
export interface SimulatorServer extends AsyncDisposable {
  readonly url: URL;
  /** SHA-256 of the certificate, as PVE writes it. */
  readonly fingerprint: string;
  /** PEM of the cluster's authority, like `/etc/pve/pve-root-ca.pem`. */
  readonly authority: string;
}

async function read(message: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(ReadableStream.from(message)).arrayBuffer());
}

async function wireRequest(message: IncomingMessage): Promise<WireRequest> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value ?? "";
  }
  return {
    method: message.method ?? "GET",
    target: message.url ?? "/",
    host: (headers["host"] ?? ADDRESS).replace(/:\d+$/, ""),
    headers,
    body: await read(message),
  };
}

function send(response: ServerResponse, answer: WireAnswer): void {
  response.writeHead(answer.status, answer.reason, {
    ...answer.headers,
    "Cache-Control": "max-age=0",
    "Content-Length": String(answer.body.length),
    "Server": "pve-api-daemon/3.0",
  });
  if (!answer.cut) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body.subarray(0, Math.ceil(answer.body.length / 2)), () => {
    response.destroy();
  });
}

async function handle(
  simulator: Simulator,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const closed = new AbortController();
  response.on("close", () => closed.abort(new Error("The client went away")));
  try {
    send(response, await simulator.handle(await wireRequest(message), closed.signal));
  } catch (error) {
    if (error instanceof Dropped || closed.signal.aborted || response.headersSent) {
      message.socket.destroy();
    } else {
      // A bug of this program: the server serves on, and who asked sees what happened.
      send(response, textAnswer(500, errorMessage(error)));
    }
  }
}

/**
 * Starts to serve.
 *
 * @param port 0 takes a free one.
 */
export async function serveSimulator(simulator: Simulator, port: number): Promise<SimulatorServer> {
  const authority = await createAuthority();
  const { cluster } = simulator;
  const node = entryNode(cluster, ADDRESS) ?? "";
  const names = [ADDRESS, "localhost", node, `${node}.example.com`];
  const issued = await issueCertificate({ authority, names });
  showCertificate(cluster, node, issued);
  const { createServer } = await import("node:https");
  const server = createServer(
    { key: issued.privateKey, cert: issued.certificate },
    (message, response) => void handle(simulator, message, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, ADDRESS, resolve);
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  cluster.endpoints.set(`${ADDRESS}:${listening}`, node);
  return {
    url: new URL(`https://${ADDRESS}:${listening}`),
    fingerprint: issued.fingerprint,
    authority: authority.certificate,
    async [Symbol.asyncDispose](): Promise<void> {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
