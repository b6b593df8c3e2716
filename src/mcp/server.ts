/**
 * Speaks MCP: assembles the SDK's server with the tools of the registry. No PVE logic here.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import type { CallInput, Services } from "../tool/context.ts";
import { allowedActions, type RegisteredTool } from "../tool/registry.ts";
import { runTool } from "../tool/run.ts";
import { VERSION } from "../version.ts";
import { instructions } from "./instructions.ts";
import { toolEntry } from "./schema.ts";
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

/** An MCP server that is not connected yet. */
export function createServer({ services, tools, demo }: ServerParts): Server {
  const { config } = services;
  const shown = tools.map((registered) => ({
    registered,
    actions: allowedActions(registered, config.READ_ONLY ? "basic" : "elevated"),
  })).filter(({ actions }) => actions.length > 0);
  const byName = new Map(
    shown.map(({ registered }) => [registered.tool.name as string, registered]),
  );
  const server = new Server({ name: "proxmox-mcp", title: "Proxmox VE", version: VERSION }, {
    capabilities: { tools: {} },
    instructions: instructions({ elevated: config.ALLOW_ELEVATED, demo }),
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: shown.map(({ registered, actions }) => toolEntry(registered.tool, actions)),
  }));
  server.setRequestHandler(
    CallToolRequestSchema,
    (request: CallToolRequest, extra: Extra) => callTool(services, byName, request, extra),
  );
  return server;
}
