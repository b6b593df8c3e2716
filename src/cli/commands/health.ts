/**
 * `health`: asks the server that listens on this machine whether it is alive. A container's health
 * check runs it, as nothing else in there could ask.
 *
 * @module
 */
import { writeErr, writeOut } from "../../base/process/console.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { processEnvironment } from "../../config/config.ts";
import { parseAddress } from "../../mcp/http/listen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

const DEFAULT = "127.0.0.1:8808";
const TIMEOUT_MS = 5_000;

/**
 * The status of an address, whoever its certificate says it is: nothing secret is sent. Without a
 * list of authorities of our own, Deno asks for a permission to read the system's.
 */
async function statusOf(url: URL): Promise<number> {
  const { get } = url.protocol === "https:"
    ? await import("node:https")
    : await import("node:http");
  return await new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, ca: [], timeout: TIMEOUT_MS, agent: false };
    const request = get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 5 seconds")));
    request.on("error", reject);
  });
}

/** `health [HOST:PORT]`. */
export const command = defineCommand({
  usage: "health [HOST:PORT]",
  about: `Asks the server that "serve --http" runs on this machine whether it is alive, on
${DEFAULT} unless another address is given; a port alone is on 127.0.0.1. Over HTTPS where
PROXMOX_HTTP_TLS_CERT is set, without a look at the certificate.`,
  options: {},
  positionals: [0, 1],
  examples: ["proxmox-mcp health", "proxmox-mcp health 8443"],
  failure: "the server is not alive",
  run: async (_options, [where = DEFAULT]) => {
    const address = parseAddress(where);
    if (!address) throw new UsageError(`Expected an address such as ${DEFAULT}, got "${where}"`);
    const scheme = processEnvironment.get("PROXMOX_HTTP_TLS_CERT") ? "https" : "http";
    const url = new URL(`${scheme}://${address.hostname}:${address.port}/healthz`);
    try {
      const status = await statusOf(url);
      if (status === 200) return writeOut(`The server at ${where} is alive`);
      writeErr(`The server at ${where} answers ${status}`);
    } catch (error) {
      writeErr(`The server at ${where} does not answer: ${errorMessage(error)}`);
    }
    return EXIT.failed;
  },
});
