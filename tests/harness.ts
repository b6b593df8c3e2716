/**
 * A real MCP client, connected to the real server over an embedded Proxmox VE, all in this process
 * and by a clock that does not wait.
 *
 * @module
 */
import { VirtualClock } from "./virtual_clock.ts";
import { loadConfig } from "../src/config/config.ts";
import { ToolCatalog } from "../src/mcp/tool_catalog.ts";
import { oneCluster } from "../src/tool/clusters.ts";
import { OpenCalls } from "../src/mcp/open_calls.ts";
import { createServer } from "../src/mcp/server.ts";
import { Client, ElicitRequestSchema, InMemoryTransport } from "../src/mcp/sdk_client.ts";
import type { Transport } from "../src/pve/transport/transport.ts";
import { servicesOver } from "../src/cli/services.ts";
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../src/simulator/simulator.ts";
import { TOOLS } from "../src/tools/manifest_gen.ts";
import type { RegisteredTool } from "../src/tool/registry.ts";
import type { Services } from "../src/tool/services.ts";

/** How a test's server differs from the default. */
export interface HarnessOptions {
  /** Elevated unless said otherwise. */
  readonly elevated?: boolean;
  /** Further settings, `PROXMOX_` left out. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly simulator?: Omit<SimulatorOptions, "clock">;
  /** What the person at the client says to a question; without it the client cannot ask. */
  readonly ask?: (question: string) => Promise<"accept" | "decline" | "cancel">;
  /** The client shows pages of servers: MCP Apps. */
  readonly apps?: boolean;
  /** Which of the simulator's tokens is used; without one the login stands in its place. */
  readonly token?: "full" | "limited" | "none";
  /** Takes the place of parts of the services: SSH, files. */
  readonly services?: Partial<Services>;
  /** Offered in place of the tools that there are. */
  readonly tools?: readonly RegisteredTool[];
  /** Takes the place of the way to the simulator. */
  readonly transport?: (simulator: Transport) => Transport;
}

/** A person who declines whatever is asked; `questions` then holds it. */
export function declining(questions: string[]): (question: string) => Promise<"decline"> {
  return (question) => {
    questions.push(question);
    return Promise.resolve("decline");
  };
}

/** A tool's answer, as a client sees it. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** A connected client. */
export interface Harness extends AsyncDisposable {
  readonly client: Client;
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly services: Services;
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
}

/** An embedded cluster, and the services over it. */
export interface Embedded {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly services: Services;
}

/** Starts an embedded cluster. */
export function embed(
  options: Omit<HarnessOptions, "ask" | "apps">,
  clock: VirtualClock = new VirtualClock(),
): Embedded {
  const simulator = createSimulator({ ...options.simulator, clock });
  const variables = new Map(
    Object.entries({ ALLOW_ELEVATED: String(options.elevated ?? true), ...options.settings })
      .map(([name, value]) => [`PROXMOX_${name}`, value]),
  );
  const { config } = loadConfig({
    get: (name) => variables.get(name),
    names: () => [...variables.keys()],
    readFile: Deno.readTextFileSync,
  }, { demo: true });
  const transport = options.transport?.(simulator.transport()) ?? simulator.transport();
  const { token = "full" } = options;
  const access = token === "none" ? {} : { token: simulator.tokens[token] };
  const services: Services = {
    ...servicesOver(config, transport, access, clock),
    ...options.services,
  };
  return { simulator, clock, services };
}

/** A client that is not connected yet. */
export function newClient({ ask, apps }: Pick<HarnessOptions, "ask" | "apps">): Client {
  const ui = { mimeTypes: ["text/html;profile=mcp-app"] };
  const client = new Client({ name: "test", version: "1" }, {
    capabilities: {
      ...(ask ? { elicitation: {} } : {}),
      ...(apps ? { extensions: { "io.modelcontextprotocol/ui": ui } } : {}),
    },
  });
  if (ask) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
      action: await ask(params.message),
    }));
  }
  return client;
}

/** Either of npm's clients. */
interface ToolCaller {
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
  ): Promise<Readonly<Record<string, unknown>>>;
}

/** Calls a tool. */
export async function callTool(
  client: ToolCaller,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<ToolAnswer> {
  return answerOf(await client.callTool({ name, arguments: { ...args } }));
}

function answerOf(
  { content, structuredContent, isError }: Readonly<Record<string, unknown>>,
): ToolAnswer {
  const blocks = content as readonly { readonly text?: string }[];
  return {
    text: blocks.map((block) => block.text ?? "").join("\n"),
    structured: structuredContent as Readonly<Record<string, unknown>> ?? {},
    isError: isError === true,
  };
}

/** Starts server and embedded cluster, and connects a client. */
export async function connect(options: HarnessOptions = {}): Promise<Harness> {
  return await connectTo(embed(options), options);
}

/** Starts a server over an embedded cluster, and connects a client. */
export async function connectTo(
  { simulator, clock, services }: Embedded,
  options: Pick<HarnessOptions, "ask" | "apps" | "tools"> = {},
): Promise<Harness> {
  const server = createServer({
    catalog: new ToolCatalog({ clusters: oneCluster(services), tools: options.tools ?? TOOLS }),
    demo: true,
    calls: new OpenCalls(clock),
  });
  const client = newClient(options);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await client.connect(near);
  return {
    client,
    simulator,
    clock,
    services,
    call: (name, args) => callTool(client, name, args),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      services.pve.close();
      services.audit?.close();
    },
  };
}

/** Rows of a list answer, each by its columns' names. */
export function rowsOf(answer: ToolAnswer): Readonly<Record<string, unknown>>[] {
  const columns = answer.structured.columns as readonly string[];
  const rows = answer.structured.rows as readonly (readonly unknown[])[];
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}
