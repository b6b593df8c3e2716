/**
 * A host for the views, as small as one can be: it calls a tool, shows the page that the tool has in
 * a sandbox under the policy that hosts have by default, and calls tools for it.
 *
 * What it does at first stands in its address: `tool`, `args` (JSON), `theme`, `zone`, and `ask`,
 * with which it can put questions of the server to a person.
 *
 * @module
 */
import "./host.css";
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/client/streamableHttp"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
// @ts-types="@modelcontextprotocol/sdk/shared/transport"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { type CallToolResult, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

/** What the specification has a host allow a page that asks for nothing. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self' data:",
  "connect-src 'none'",
].join("; ");

/** A call of a tool that has a view. */
interface Call {
  readonly title: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const CALLS: readonly Call[] = [
  { title: "Overview", tool: "proxmox_report", args: { action: "health" } },
  {
    title: "Load of a guest",
    tool: "proxmox_guest_rrddata",
    args: { vmid: "web01", timeframe: "day" },
  },
  { title: "Tasks", tool: "proxmox_node_task", args: { action: "list" } },
  { title: "Backups", tool: "proxmox_report", args: { action: "backups" } },
  { title: "Another report", tool: "proxmox_report", args: { action: "capacity" } },
];

type Theme = "light" | "dark";

const asked = new URLSearchParams(location.search);

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`Cannot find #${id}`);
  return found as T;
}

function context(): Readonly<Record<string, unknown>> {
  return {
    theme: document.documentElement.dataset.theme as Theme,
    ...(asked.has("zone") ? { timeZone: asked.get("zone") } : {}),
    locale: "en-GB",
    displayMode: "inline",
  };
}

/** Puts a question of the server to whoever sits here. */
function ask(message: string): Promise<"accept" | "decline"> {
  const question = element<HTMLElement>("question");
  element("message").textContent = message;
  question.hidden = false;
  return new Promise((resolve) => {
    for (const answer of ["accept", "decline"] as const) {
      element(answer).onclick = () => {
        question.hidden = true;
        resolve(answer);
      };
    }
  });
}

async function connect(): Promise<Client> {
  const canAsk = asked.has("ask");
  const client = new Client({ name: "proxmox-mcp-views", version: "1" }, {
    capabilities: {
      extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } },
      ...(canAsk ? { elicitation: { form: {} } } : {}),
    },
  });
  if (canAsk) {
    client.setRequestHandler(
      ElicitRequestSchema,
      async ({ params }) => ({ action: await ask(params.message), content: {} }),
    );
  }
  await client.connect(
    new StreamableHTTPClientTransport(new URL("/mcp", location.href)) as Transport,
  );
  return client;
}

/** The page of a tool, with the policy in it. */
async function pageOf(client: Client, tool: string): Promise<string> {
  const { tools } = await client.listTools();
  const ui = tools.find(({ name }) => name === tool)?._meta?.ui as
    | { readonly resourceUri: string }
    | undefined;
  if (!ui) throw new TypeError(`${tool} has no view`);
  const { contents: [content] } = await client.readResource({ uri: ui.resourceUri });
  if (!content || !("text" in content)) throw new TypeError(`${ui.resourceUri} is no text`);
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = POLICY;
  return content.text.replace("<head>", () => `<head>${policy.outerHTML}`);
}

let bridge: AppBridge | undefined;

async function show(client: Client, { tool, args }: Call): Promise<void> {
  await bridge?.teardownResource({}).catch(() => undefined);
  const frame = document.createElement("iframe");
  frame.title = "View";
  frame.setAttribute("sandbox", "allow-scripts");
  element("place").replaceChildren(frame);
  const page = await pageOf(client, tool);
  const { contentWindow } = frame;
  if (!contentWindow) throw new TypeError("The frame has no window");
  const next = new AppBridge(
    client,
    { name: "proxmox-mcp-views", version: "1" },
    { serverTools: {}, logging: {} },
    { hostContext: context() },
  );
  bridge = next;
  next.onsizechange = ({ height }) => {
    if (height !== undefined) frame.style.height = `${height}px`;
  };
  next.oninitialized = () => {
    void next.sendToolInput({ arguments: { ...args } });
    void client.callTool({ name: tool, arguments: { ...args } })
      .then((result) => next.sendToolResult(result as CallToolResult));
  };
  await next.connect(new PostMessageTransport(contentWindow, contentWindow) as Transport);
  frame.srcdoc = page;
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  element("theme").textContent = theme === "dark" ? "Light" : "Dark";
  bridge?.setHostContext(context());
}

setTheme(asked.get("theme") === "dark" ? "dark" : "light");
element("theme").onclick = () =>
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
element("width").onclick = () => element("place").classList.toggle("narrow");

const client = await connect();
const calls = element<HTMLSelectElement>("calls");
for (const { title } of CALLS) calls.append(new Option(title));
calls.onchange = () => {
  const call = CALLS[calls.selectedIndex];
  if (call) void show(client, call);
};
const tool = asked.get("tool");
const [first] = CALLS;
if (tool !== null) {
  await show(client, { title: "", tool, args: JSON.parse(asked.get("args") ?? "{}") });
} else if (first) await show(client, first);
