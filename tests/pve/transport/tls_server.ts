/**
 * Real TLS servers on the loopback interface that keep count of what reaches them.
 *
 * @module
 */
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import {
  issueCertificate,
  type IssuedCertificate,
} from "../../../src/simulator/server/certificates.ts";

/** The names that certificates of the tests are issued for. */
export const NAMES = ["localhost", "127.0.0.1", "::1"] as const;

/** A running server. */
export interface TestServer {
  readonly port: number;
  /** `https://127.0.0.1:PORT/` */
  readonly url: URL;
  /** TCP connections so far. */
  connections(): number;
  /** Resolves when every connection so far is closed. */
  left(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Listening {
  readonly hostname?: string;
  readonly port?: number;
}

async function listen(
  server: Server,
  { hostname = "127.0.0.1", port = 0 }: Listening,
): Promise<TestServer> {
  const open = new Map<Socket, Promise<void>>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    open.set(
      socket,
      new Promise((resolve) =>
        socket.once("close", () => {
          open.delete(socket);
          resolve();
        })
      ),
    );
    socket.on("error", () => {}); // The other side may leave as it likes.
  });
  await new Promise<void>((resolve) => server.listen(port, hostname, resolve));
  const address = server.address() as AddressInfo;
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    port: address.port,
    url: new URL(`https://${name}:${address.port}/`),
    connections: () => connections,
    left: async () => void await Promise.all(open.values()),
    [Symbol.asyncDispose]: () => {
      for (const socket of open.keys()) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A certificate that nobody vouches for. */
export function selfSigned(): Promise<IssuedCertificate> {
  return issueCertificate({ names: NAMES });
}

/** Answers HTTPS. */
export function serveHttps(
  certificate: IssuedCertificate,
  listener: RequestListener,
  listening: Listening = {},
): Promise<TestServer> {
  const { certificate: cert, privateKey: key } = certificate;
  return listen(createHttpsServer({ cert, key }, listener), listening);
}

/** Hands each connection to `speak` after its handshake. */
export function serveTls(
  certificate: IssuedCertificate,
  speak: (socket: TLSSocket) => void,
  listening: Listening = {},
): Promise<TestServer> {
  const { certificate: cert, privateKey: key } = certificate;
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on("error", () => {});
    speak(socket);
  });
  server.on("tlsClientError", () => {});
  return listen(server, listening);
}

/** Hands each connection to `speak`, without TLS. */
export function serveTcp(speak: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(speak), {});
}

/** A server that records the bytes of requests, and answers each with `{}`. */
export async function serveRecorder(
  certificate: IssuedCertificate,
  listening: Listening = {},
): Promise<TestServer & { received(): number }> {
  let received = 0;
  const server = await serveTls(certificate, (socket) => {
    socket.on("data", (bytes: Uint8Array) => {
      received += bytes.length;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
  }, listening);
  return { ...server, received: () => received };
}
