/**
 * Speaks MCP: assembles the SDK's server with the tools of the registry. No PVE logic here.
 *
 * @module
 */
import { Door, doorEntries, isDoor } from "../door/door.ts";
import { nearest } from "../nearest.ts";
import type { CallInput, Services } from "../tool/context.ts";
import { allowedActions, type RegisteredTool, type Tier } from "../tool/registry.ts";
import type { Rendered } from "../tool/render.ts";
import { runTool } from "../tool/run.ts";
import { chooseTools } from "../tool/toolset.ts";
import { VERSION } from "../version.ts";
import { instructions } from "./instructions.ts";
import { type ToolEntry, toolEntry } from "./schema.ts";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type RequestHandlerExtra,
  Server,
  type ServerNotification,
  type ServerRequest,
} from "./sdk.ts";

/** What a server is made of. */
export interface ServerParts {
  readonly services: Services;
  readonly tools: readonly RegisteredTool[];
  readonly demo: boolean;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Progress = NonNullable<CallInput["progress"]>;

/** Sends progress that only ever grows, as MCP demands. */
function progressSender(send: (progress: number, message: string) => void): Progress {
  let last = 0;
  return (message, percent) => {
    last = Math.max(last + 0.01, percent ?? 0);
    send(last, message);
  };
}

async function callTool(
  services: Services,
  byName: ReadonlyMap<string, RegisteredTool>,
  request: CallToolRequest,
  extra: Extra,
): Promise<CallToolResult> {
  const { name, arguments: args, _meta } = request.params;
  const registered = byName.get(name);
  if (!registered) {
    const near = nearest(name, byName.keys(), 3);
    const hint = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    throw new McpError(ErrorCode.InvalidParams, `There is no tool "${name}".${hint}`);
  }
  const token = _meta?.progressToken;
  const send = (progress: number, message: string): void => {
    extra.sendNotification({
      method: "notifications/progress",
      params: { progressToken: token ?? "", progress, total: 100, message },
    }).catch(() => undefined); // The client is gone; the call ends by its own signal.
  };
  const result = await runTool(services, registered, args ?? {}, {
    signal: extra.signal,
    ...(token === undefined ? {} : { progress: progressSender(send) }),
  });
  return {
    content: [...result.content],
    structuredContent: { ...result.structuredContent },
    ...(result.isError ? { isError: true } : {}),
  };
}

/** What a server offers: its entries of `tools/list`, and how each is called. */
class Offer {
  readonly #services: Services;
  readonly #byName: ReadonlyMap<string, RegisteredTool>;
  readonly #tier: Tier;
  readonly #compact: boolean;
  readonly #door: Door;

  constructor({ services, tools }: ServerParts) {
    const { config } = services;
    this.#services = services;
    this.#tier = config.READ_ONLY ? "basic" : "elevated";
    const chosen = chooseTools(tools, config);
    this.#compact = chosen.compact;
    const offered = chosen.tools.filter((each) => allowedActions(each, this.#tier).length > 0);
    this.#byName = new Map(offered.map((each) => [each.tool.name, each]));
    this.#door = new Door(services, offered, (each) => this.#entry(each));
  }

  #entry(registered: RegisteredTool): ToolEntry {
    return toolEntry(registered.tool, allowedActions(registered, this.#tier));
  }

  entries(): ToolEntry[] {
    const door = doorEntries({ compact: this.#compact, readOnly: this.#tier === "basic" });
    return this.#compact
      ? door
      : [...[...this.#byName.values()].map((each) => this.#entry(each)), ...door];
  }

  async call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    input: CallInput,
  ): Promise<Rendered> {
    if (isDoor(name, this.#compact)) return await this.#door.call(name, args, input);
    const registered = this.#byName.get(name);
    if (registered) return await runTool(this.#services, registered, args, input);
    const near = nearest(name, this.#byName.keys(), 3);
    const hint = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    throw new McpError(ErrorCode.InvalidParams, `There is no tool "${name}".${hint}`);
  }
}

/** An MCP server that is not connected yet. */
export function createServer(parts: ServerParts): Server {
  const { config } = parts.services;
  const offer = new Offer(parts);
  const server = new Server({ name: "proxmox-mcp", title: "Proxmox VE", version: VERSION }, {
    capabilities: { tools: {} },
    instructions: instructions({ elevated: config.ALLOW_ELEVATED, demo: parts.demo }),
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offer.entries() }));
  server.setRequestHandler(
    CallToolRequestSchema,
    (request: CallToolRequest, extra: Extra) => callTool(offer, request, extra),
  );
  return server;
}
