/**
 * `demo`: starts the server as a client would, over the embedded Proxmox VE, calls some tools and
 * prints each call and its answer.
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

/** One call of the tour. */
interface DemoStep {
  readonly title: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The answer is meant to be a refusal. */
  readonly refused?: boolean;
}

const READ_STEPS: readonly DemoStep[] = [
  {
    title: "What runs in this cluster?",
    tool: "proxmox_guest_list",
    args: { fields: ["vmid", "name", "type", "node", "status", "maxmem", "tags"] },
  },
  {
    title: "Is the cluster well?",
    tool: "proxmox_report",
    args: { action: "health" },
  },
  {
    title: "What stays down if pve2 fails?",
    tool: "proxmox_report",
    args: { action: "failure", node: "pve2" },
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

/** On a guest without HA, whose manager would take some seconds to act. */
const CHANGE_STEPS: readonly DemoStep[] = [
  {
    title: "Take a snapshot of gitlab",
    tool: "proxmox_guest_snapshot",
    args: { action: "create", vmid: "gitlab", snapname: "before-update" },
  },
  { title: "Stop gitlab", tool: "proxmox_guest_stop", args: { vmid: "gitlab" } },
  {
    title: "Start it again, its task followed to the end",
    tool: "proxmox_guest_start",
    args: { vmid: "gitlab" },
  },
  {
    title: "The snapshots that gitlab has now",
    tool: "proxmox_guest_snapshot",
    args: { action: "list", vmid: "gitlab" },
  },
];

/** A way to the server: a child process over stdio, or this process where it may start none. */
async function connect(elevated: boolean): Promise<{ client: Client; place: string }> {
  const client = new Client({ name: "proxmox-mcp-demo", version: VERSION }, {
    jsonSchemaValidator: formValidator,
  });
  const mayRun = (await Deno.permissions.query({ name: "run" })).state === "granted";
  await client.connect(mayRun ? new ChildTransport(elevated) : await inProcessTransport(elevated));
  return { client, place: mayRun ? "a child process over stdio" : "this process" };
}

async function inProcessTransport(elevated: boolean): Promise<McpTransport> {
  const { createDemoServer } = await import("./demo_server.ts");
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await createDemoServer(elevated).connect(serverSide);
  return clientSide;
}

async function runStep(client: Client, step: DemoStep): Promise<boolean> {
  writeOut(`\n── ${step.title}\n▶ ${step.tool} ${JSON.stringify(step.args)}`);
  const result = await client.callTool(
    { name: step.tool, arguments: step.args },
    undefined,
    { onprogress: ({ message }) => void writeOut(`  … ${message}`) },
  );
  const blocks = result.content as readonly { readonly type: string; readonly text?: string }[];
  for (const block of blocks) writeOut(block.text ?? "");
  return (result.isError === true) === (step.refused === true);
}

async function runSteps(elevated: boolean, steps: readonly DemoStep[]): Promise<number> {
  const { client, place } = await connect(elevated);
  writeOut(`\nServer in ${place}, PROXMOX_ALLOW_ELEVATED=${elevated}`);
  const { tools } = await client.listTools();
  writeOut(`It offers ${tools.length} tools.`);
  let unexpected = 0;
  for (const step of steps) if (!(await runStep(client, step))) unexpected++;
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
    const unexpected = await runSteps(false, READ_STEPS) + await runSteps(true, CHANGE_STEPS);
    writeOut(
      unexpected === 0
        ? "\nThat was the tour. README.md tells how to put this into your client, with a cluster or with --demo."
        : `\n${unexpected} call(s) did not answer as they should`,
    );
    return unexpected === 0 ? EXIT.ok : EXIT.failed;
  },
});
