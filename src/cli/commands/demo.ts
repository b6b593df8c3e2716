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
import { ChildTransport, type DemoServer } from "./demo_child.ts";

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

/** Three clusters: who is asked, who is asked back, and a guest that moves from one to another. */
const CLUSTER_STEPS: readonly DemoStep[] = [
  {
    title: "What runs in all of them?",
    tool: "proxmox_guest_list",
    args: { fields: ["vmid", "name", "node", "status"], limit: 12, sort: ["vmid"] },
  },
  {
    title: "Two of them have a web01: which is meant?",
    tool: "proxmox_guest_status",
    args: { vmid: "web01" },
    refused: true,
  },
  { title: "That of the lab", tool: "proxmox_guest_status", args: { vmid: "lab/web01" } },
  {
    title: "A guest that only one has is found there",
    tool: "proxmox_guest_status",
    args: { vmid: "cameras" },
  },
  {
    title: "What stands against moving web02 to the branch office?",
    tool: "proxmox_guest_migrate",
    args: { vmid: "web02", target: "branch/pve1", dry_run: true },
  },
  {
    title: "Move gitlab there, as it runs",
    tool: "proxmox_guest_migrate",
    args: { vmid: "gitlab", target: "branch/pve1" },
  },
  {
    title: "It runs there",
    tool: "proxmox_guest_status",
    args: { vmid: "branch/gitlab" },
  },
];

/** A way to the server: a child process over stdio, or this process where it may start none. */
async function connect(server: DemoServer): Promise<{ client: Client; place: string }> {
  const client = new Client({ name: "proxmox-mcp-demo", version: VERSION }, {
    jsonSchemaValidator: formValidator,
  });
  const mayRun = (await Deno.permissions.query({ name: "run" })).state === "granted";
  await client.connect(mayRun ? new ChildTransport(server) : await inProcessTransport(server));
  return { client, place: mayRun ? "a child process over stdio" : "this process" };
}

async function inProcessTransport(server: DemoServer): Promise<McpTransport> {
  const { createDemoServer } = await import("./demo_server.ts");
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await createDemoServer(server).connect(serverSide);
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

async function runSteps(server: DemoServer, steps: readonly DemoStep[]): Promise<number> {
  const { client, place } = await connect(server);
  writeOut(`\nServer in ${place}, PROXMOX_ALLOW_ELEVATED=${server.elevated}`);
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
  options: {
    clusters: {
      type: "boolean",
      description: "Over three of them: a company, its lab and a branch office",
    },
  },
  positionals: [0, 0],
  failure: "a call did not answer as it should",
  run: async ({ clusters = false }) => {
    const what = clusters ? "two clusters and a single node" : "three nodes";
    writeOut(`A tour over the embedded Proxmox VE: ${what}, nothing real.`);
    const unexpected = clusters
      ? await runSteps({ elevated: true, clusters }, CLUSTER_STEPS)
      : await runSteps({ elevated: false, clusters }, READ_STEPS) +
        await runSteps({ elevated: true, clusters }, CHANGE_STEPS);
    writeOut(
      unexpected === 0
        ? "\nThat was the tour. README.md tells how to put this into your client, with a cluster or with --demo."
        : `\n${unexpected} call(s) did not answer as they should`,
    );
    return unexpected === 0 ? EXIT.ok : EXIT.failed;
  },
});
