/**
 * Serves the embedded Proxmox VE over HTTPS on 127.0.0.1, in a process of its own, until its input
 * ends. Prints how to reach it as one line of JSON; each line of its input is a fault, as the command
 * `simulator` takes it, that befalls one request.
 *
 * @module
 */
import { writeOut } from "../../src/base/process/console.ts";
import { parseFaults } from "../../src/simulator/faults/flags.ts";
import { serveSimulator } from "../../src/simulator/server/server.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

const simulator = createSimulator();
await using server = await serveSimulator(simulator, 0);
const { id, secret } = simulator.tokens.full;
writeOut(JSON.stringify({ host: server.url.host, fingerprint: server.fingerprint, id, secret }));

let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    for (const fault of parseFaults(line)) simulator.faults.add({ ...fault, times: 1 });
  }
}
Deno.exit(0);
