/**
 * A process that asks `https://127.0.0.1:PORT/` with a pin file, and prints what came of it.
 *
 * @module
 */
import { createTransport } from "../../../src/pve/transport/tls.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { request } from "./open_transport.ts";

const [port, pinFile = ""] = Deno.args;
const transport = createTransport({ sslMode: "verify", pinFile, maxConnections: 1 });
const encoder = new TextEncoder();
try {
  const response = await transport.fetch(new URL(`https://127.0.0.1:${port}/`), request());
  await response.text();
  Deno.stdout.writeSync(encoder.encode("accepted"));
} catch (error) {
  if (!(error instanceof TransportError)) throw error;
  Deno.stdout.writeSync(encoder.encode(`${error.message}\n${error.details.hint}`));
}
transport.close();
