/**
 * A short tour: starts the server as a client would, over the embedded Proxmox VE, calls some tools
 * and prints each call and its answer.
 *
 * @module
 */
import { writeOut } from "../../base/process/console.ts";
import { formValidator } from "../../mcp/form_validator.ts";
import type { McpTransport } from "../../mcp/sdk.ts";
import { Client, InMemoryTransport } from "../../mcp/sdk_client.ts";
import { VERSION } from "../../base/process/version.ts";
import { defineCommand, EXIT } from "./command.ts";
import { ChildTransport } from "./demo_child.ts";

/** One stop of the tour. */
interface Stop {
  readonly title: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The answer is meant to be a refusal. */
  readonly refused?: boolean;
}

const READING: readonly Stop[] = [
  {
    title: "What runs in this cluster?",
    tool: "proxmox_guest_list",
    args: { fields: ["vmid", "name", "type", "node", "status", "maxmem", "tags"] },
  },
  { title: "How is db01?", tool: "proxmox_guest_status", args: { vmid: "db01" } },
  {
    title: "A mistyped argument is caught before anything is sent",
    tool: "proxmox_guest_snapshot",
    args: { action: "list", vmid: "web01", filtre: "before" },
    refused: true,
  },
  {
    title: "Changes are refused until they are allowed",
    tool: "proxmox_guest_stop",
    args: { vmid: "web01" },
    refused: true,
  },
];

const CHANGING: readonly Stop[] = [
  {
    title: "Take a snapshot of web01",
    tool: "proxmox_guest_snapshot",
    args: { action: "create", vmid: "web01", snapname: "before-update" },
  },
  { title: "Stop web01", tool: "proxmox_guest_stop", args: { vmid: "web01" } },
  {
    title: "Start it again, its task followed to the end",
    tool: "proxmox_guest_start",
    args: { vmid: "web01" },
  },
  {
    title: "The snapshots that web01 has now",
    tool: "proxmox_guest_snapshot",
    args: { action: "list", vmid: "web01" },
  },
];

/** A way to the server: a child process over stdio, or this process where it may start none. */
async function connect(elevated: boolean): Promise<{ client: Client; how: string }> {
  const client = new Client({ name: "proxmox-mcp-demo", version: VERSION }, {
    jsonSchemaValidator: formValidator,
  });
  const mayRun = (await Deno.permissions.query({ name: "run" })).state === "granted";
  await client.connect(mayRun ? new ChildTransport(elevated) : await innerTransport(elevated));
  return { client, how: mayRun ? "a child process over stdio" : "this process" };
}

async function innerTransport(elevated: boolean): Promise<McpTransport> {
  const { createDemoServer } = await import("./demo_server.ts");
  const [near, far] = InMemoryTransport.createLinkedPair();
  await createDemoServer(elevated).connect(far);
  return near;
}

async function visit(client: Client, stop: Stop): Promise<boolean> {
  writeOut(`\n── ${stop.title}\n▶ ${stop.tool} ${JSON.stringify(stop.args)}`);
  const result = await client.callTool(
    { name: stop.tool, arguments: stop.args },
    undefined,
    { onprogress: ({ message }) => void writeOut(`  … ${message}`) },
  );
  const blocks = result.content as readonly { readonly type: string; readonly text?: string }[];
  for (const block of blocks) writeOut(block.text ?? "");
  return (result.isError === true) === (stop.refused === true);
}

async function tour(elevated: boolean, stops: readonly Stop[]): Promise<number> {
  const { client, how } = await connect(elevated);
  writeOut(`\nServer in ${how}, PROXMOX_ALLOW_ELEVATED=${elevated}`);
  const { tools } = await client.listTools();
  writeOut(`It offers ${tools.length} tools.`);
  let unexpected = 0;
  for (const stop of stops) if (!(await visit(client, stop))) unexpected++;
  await client.close();
  return unexpected;
}

/** `demo`. */
export const command = defineCommand({
  usage: "demo",
  about:
    "Shows a short tour over the embedded Proxmox VE. Nothing outside this process is touched.",
  options: {},
  positionals: [0, 0],
  failure: "a call did not answer as it should",
  run: async () => {
    writeOut("A tour over the embedded Proxmox VE: three nodes, nothing real.");
    const unexpected = await tour(false, READING) + await tour(true, CHANGING);
    writeOut(
      unexpected === 0
        ? "\nThat was the tour. README.md tells how to put this into your client, with a cluster or with --demo."
        : `\n${unexpected} call(s) did not answer as they should`,
    );
    return unexpected === 0 ? EXIT.ok : EXIT.failed;
  },
});
