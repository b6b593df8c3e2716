/**
 * Assembles the SDK's server around a catalog of tools. No PVE logic here.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { defined } from "../base/defined.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import type { AskPerson, CallInput } from "../tool/context.ts";
import { VERSION } from "../base/process/version.ts";
import { boundedError } from "./errors.ts";
import { formValidator } from "./form_validator.ts";
import { canAsk, ClientLogServer } from "./client_log.ts";
import { instructions } from "./instructions.ts";
import type { ToolCatalog } from "./tool_catalog.ts";
import { allowedByAny, anyOf } from "../tool/clusters.ts";
import type { OpenCalls } from "./open_calls.ts";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  type CompleteRequest,
  CompleteRequestSchema,
  type GetPromptRequest,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  type ReadResourceRequest,
  ReadResourceRequestSchema,
  type RequestHandlerExtra,
  type Server,
  type ServerNotification,
  type ServerRequest,
} from "./sdk.ts";

/** What a server is made of. */
export interface ServerParts {
  readonly catalog: ToolCatalog;
  readonly demo: boolean;
  /** Where its calls are kept while they are answered. */
  readonly calls: OpenCalls;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Progress = NonNullable<CallInput["progress"]>;

/** Characters of a message of progress: a line of a task's log may be long. */
const MAX_PROGRESS_CHARACTERS = 500;

/** Sends progress that only ever grows, as MCP demands. */
function progressSender(send: (progress: number, message: string) => void): Progress {
  let last = 0;
  return (message, percent) => {
    last = Math.max(last + 0.01, percent ?? 0);
    send(last, sanitizeLine(message).slice(0, MAX_PROGRESS_CHARACTERS));
  };
}

/** Milliseconds that a person may think about a question. */
const CONFIRMATION_MS = 300_000;

/** A way to ask the person at the client, where the client offers one. */
function askPersonThrough(
  server: Server,
  relatedRequestId: Extra["requestId"],
  signal: AbortSignal,
): AskPerson | undefined {
  if (!canAsk(server)) return undefined;
  return async (message) => {
    const form = { message, requestedSchema: { type: "object" as const, properties: {} } };
    // Over HTTP the question travels in the answer to the call that it belongs to.
    const options = { timeout: CONFIRMATION_MS, relatedRequestId, signal };
    return (await server.elicitInput(form, options)).action;
  };
}

async function callTool(
  catalog: ToolCatalog,
  server: Server,
  request: CallToolRequest,
  extra: Extra,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { name, arguments: args, _meta } = request.params;
  const token = _meta?.progressToken;
  const send = (progress: number, message: string): void => {
    extra.sendNotification({
      method: "notifications/progress",
      params: { progressToken: token ?? "", progress, total: 100, message },
    }).catch(() => undefined); // The client is gone; the call ends by its own signal.
  };
  const ask = askPersonThrough(server, extra.requestId, signal);
  const result = await catalog.call(name, args ?? {}, {
    signal,
    ...defined({ ask, progress: token === undefined ? undefined : progressSender(send) }),
  });
  return {
    content: [...result.content],
    structuredContent: { ...result.structuredContent },
    ...(result.isError ? { isError: true } : {}),
  };
}

/** What MCP Apps are called among the capabilities of a client. */
const APPS_EXTENSION = "io.modelcontextprotocol/ui";

/** True when the client shows pages of a server in the conversation. */
function showsApps(server: Server): boolean {
  return server.getClientCapabilities()?.extensions?.[APPS_EXTENSION] !== undefined;
}

const apps = once(() => import("./apps/apps.ts"));
const resources = once(() => import("./resources.ts"));
const prompts = once(() => import("./prompts/catalog.ts"));
const completions = once(() => import("./completions.ts"));

/** Resources, prompts and completions; each is loaded when first asked for. */
function handleOthers(server: Server, catalog: ToolCatalog, calls: OpenCalls): void {
  const answer = async <T>(
    { requestId, signal }: Extra,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await calls.answer(requestId, signal, work);
    } catch (error) {
      throw boundedError(error);
    }
  };
  server.setRequestHandler(
    ListResourcesRequestSchema,
    async () => {
      const list = (await resources()).listResources(catalog);
      if (!showsApps(server)) return list;
      return { resources: [...list.resources, ...(await apps()).listViews()] };
    },
  );
  server.setRequestHandler(
    ListResourceTemplatesRequestSchema,
    async () => (await resources()).listTemplates(catalog),
  );
  server.setRequestHandler(
    ReadResourceRequestSchema,
    ({ params }: ReadResourceRequest, extra: Extra) =>
      answer(
        extra,
        async (signal) =>
          (showsApps(server) ? await (await apps()).readView(params.uri) : undefined) ??
            (await resources()).readResource(catalog, params.uri, signal),
      ),
  );
  server.setRequestHandler(
    ListPromptsRequestSchema,
    async () => (await prompts()).listPrompts(catalog),
  );
  server.setRequestHandler(
    GetPromptRequestSchema,
    ({ params }: GetPromptRequest, extra: Extra) =>
      answer(
        extra,
        async (signal) =>
          (await prompts()).getPrompt(catalog, params.name, params.arguments ?? {}, signal),
      ),
  );
  server.setRequestHandler(
    CompleteRequestSchema,
    ({ params }: CompleteRequest, extra: Extra) =>
      answer(
        extra,
        async (signal) => (await completions()).complete(catalog, params, signal),
      ),
  );
}

/** An MCP server that is not connected yet. */
export function createServer({ catalog, demo, calls }: ServerParts): Server {
  const server = new ClientLogServer(
    catalog.clusters,
    { name: "proxmox-mcp", title: "Proxmox VE", version: VERSION },
    {
      capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
      jsonSchemaValidator: formValidator,
      instructions: instructions({
        ...allowedByAny(catalog.clusters),
        clusters: [...catalog.clusters.keys()],
        demo,
        tokenOrigin: anyOf(catalog.clusters).config.tokenOrigin,
        tools: catalog.tools,
        listed: catalog.listed,
      }),
    },
  );
  server.setRequestHandler(
    ListToolsRequestSchema,
    async () => {
      const entries = await catalog.entries();
      return { tools: showsApps(server) ? (await apps()).withViews(entries) : entries };
    },
  );
  server.setRequestHandler(
    CallToolRequestSchema,
    (request: CallToolRequest, extra: Extra) =>
      calls.answer(
        extra.requestId,
        extra.signal,
        (signal) => callTool(catalog, server, request, extra, signal),
      ),
  );
  handleOthers(server, catalog, calls);
  return server;
}
