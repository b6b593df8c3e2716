/**
 * Reads the answer of one server, in a process of its own, and writes what came of it and how much
 * memory that took: URL FINGERPRINT.
 *
 * @module
 */
import { readAnswer } from "../../src/pve/client.ts";
import { TransportError } from "../../src/pve/transport/transport.ts";
import { openPinned, request } from "./transport/open_transport.ts";

const [url = "", fingerprint = ""] = Deno.args;
using transport = openPinned({ fingerprint });
const read = async (path: string): Promise<string> => {
  const response = await transport.fetch(new URL(path, url), request());
  try {
    const { data } = await readAnswer({ operation: "GET /nodes/{node}/tasks", args: {} }, response);
    return JSON.stringify(data);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return `${error.failure}: ${error.message}; ${error.details.hint}`;
  }
};
await read("/small");
const before = Deno.memoryUsage().rss;
const told = await read("/");
const grown = Deno.memoryUsage().rss - before;
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ told, grown })));
