/**
 * Shows that a binary or bundle is alive on the machine it is for: its version, an MCP
 * conversation over a pipe, and the demo, all on the embedded Proxmox VE.
 *
 * `deno run --allow-read --allow-run scripts/smoke.ts COMMAND [ARGUMENT…]`
 *
 * @module
 */
import { TOOLS } from "../src/tools/manifest_gen.ts";
import { ROOT, VERSION } from "./project.ts";
import { run } from "./run.ts";

const MESSAGES = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "smoke", version: "1" },
    },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];

interface Answer {
  readonly id?: number;
  readonly result?: {
    readonly serverInfo?: { readonly version: string };
    readonly tools?: readonly unknown[];
  };
}

function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** Pipes messages into a server, closes the pipe, and reads the answers by their ids. */
async function converse(command: string, args: readonly string[]): Promise<Map<number, Answer>> {
  const server = new Deno.Command(command, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = server.stdin.getWriter();
  const lines = MESSAGES.map((message) => JSON.stringify(message) + "\n").join("");
  await writer.write(new TextEncoder().encode(lines));
  await writer.close();
  const { code, stdout } = await server.output();
  expect(code === 0, `The server ended with code ${code}`);
  const answers = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => JSON.parse(line) as Answer);
  return new Map(answers.flatMap((answer) => answer.id === undefined ? [] : [[answer.id, answer]]));
}

if (import.meta.main) {
  const [command, ...args] = Deno.args;
  if (command === undefined) throw new TypeError("Expected a command to try");
  const { stdout: version } = await run(command, [...args, "--version"]);
  const deno = (await Deno.readTextFile(`${ROOT}.dvmrc`)).trim();
  expect(version.includes(VERSION) && version.includes(deno), `Unexpected version: ${version}`);
  const answers = await converse(command, [...args, "--demo"]);
  const serverVersion = answers.get(1)?.result?.serverInfo?.version;
  expect(serverVersion === VERSION, `Unexpected version in initialize: ${serverVersion}`);
  const tools = answers.get(2)?.result?.tools?.length ?? 0;
  expect(tools >= TOOLS.length, `Expected ${TOOLS.length} tools or more, got ${tools}`);
  await run(command, [...args, "demo"]);
  await Deno.stdout.write(new TextEncoder().encode(`${version.trim()}\n${tools} tools\n`));
}
