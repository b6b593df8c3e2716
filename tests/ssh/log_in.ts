/**
 * A program for tests: runs `echo in` with the SSH settings that its one argument holds as JSON,
 * and prints what came of it as JSON. Only what it does itself needs permissions.
 *
 * @module
 */
import { systemClock } from "../../src/base/async/clock.ts";
import { setUpLogging } from "../../src/base/process/log.ts";
import { createContainerExec } from "../../src/ssh/container_exec.ts";
import { SshError } from "../../src/ssh/types.ts";

setUpLogging("warning");
const { port, ...options } = JSON.parse(Deno.args[0] ?? "{}");
const exec = createContainerExec({
  ...options,
  nodes: new Map([["pve1", { host: "127.0.0.1", port }]]),
  clock: systemClock,
});
const signal = AbortSignal.timeout(30_000);
const outcome = await exec
  .run({ node: "pve1", vmid: 100, command: "echo in", timeoutSeconds: 20, signal })
  .then(({ stdout }) => ({ text: stdout.text }), (error) => {
    if (!(error instanceof SshError)) throw error;
    return { kind: error.kind, message: error.message, hint: error.hint };
  });
await exec.close();
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(outcome)));
