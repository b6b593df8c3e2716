/**
 * Assembles the SDK's server around a catalog of tools. No PVE logic here.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { defined } from "../base/defined.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import { render, type Rendered } from "../answer/render.ts";
import type { Answer } from "../tool/answer.ts";
import type { AskPerson, CallInput } from "../tool/context.ts";
import { VERSION } from "../base/process/version.ts";
import { boundedError } from "./errors.ts";
import { formValidator } from "./form_validator.ts";
import { canAsk, ClientLogServer } from "./client_log.ts";
import { instructions } from "./instructions.ts";
import type { CatalogOutline, ToolCatalog } from "./tool_catalog.ts";
import type { ToolEntry } from "../tool/schema.ts";
import { allowedByAny, anyOf } from "../tool/clusters.ts";
import type { OpenCalls, RequestId } from "./open_calls.ts";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  type CompleteRequest,
  CompleteRequestSchema,
  type CompleteResult,
  type GetPromptRequest,
  GetPromptRequestSchema,
  type GetPromptResult,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  type Prompt,
  type ReadResourceRequest,
  ReadResourceRequestSchema,
  type ReadResourceResult,
  type RequestHandlerExtra,
  type Resource,
  type ResourceTemplate,
  type Server,
  type ServerNotification,
  type ServerRequest,
} from "./sdk.ts";

/** What a server is made of. */
export interface ServerParts {
  readonly catalog: CatalogOutline;
  readonly demo: boolean;
  /** Where its calls are kept while they are answered. */
  readonly calls: OpenCalls;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Progress = NonNullable<CallInput["progress"]>;
type ProgressToken = NonNullable<NonNullable<CallToolRequest["params"]["_meta"]>["progressToken"]>;

/** How far a call is. */
interface ProgressNotification {
  readonly method: "notifications/progress";
  readonly params: {
    readonly progressToken: ProgressToken;
    readonly progress: number;
    readonly total: number;
    readonly message: string;
  };
}

/** Characters of a message of progress: a line of a task's log may be long. */
const MAX_PROGRESS_CHARACTERS = 500;

/** Sends progress that only ever grows, as MCP demands. */
function progressSender(
  progressToken: ProgressToken,
  notify: (notification: ProgressNotification) => Promise<void>,
): Progress {
  let last = 0;
  return (text, percent) => {
    last = Math.max(last + 0.01, percent ?? 0);
    const message = sanitizeLine(text).slice(0, MAX_PROGRESS_CHARACTERS);
    notify({
      method: "notifications/progress",
      params: { progressToken, progress: last, total: 100, message },
    }).catch(() => undefined); // The client is gone; the call ends by its own signal.
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

/** What comes with a call, in whatever revision of MCP. */
export interface CallParts {
  readonly signal: AbortSignal;
  readonly ask: AskPerson | undefined;
  readonly notify: (notification: ProgressNotification) => Promise<void>;
}

/** Calls a tool. */
export async function callTool(
  catalog: CatalogOutline,
  { name, arguments: args, _meta }: CallToolRequest["params"],
  { signal, ask, notify }: CallParts,
): Promise<Answer> {
  const token = _meta?.progressToken;
  const progress = token === undefined ? undefined : progressSender(token, notify);
  const loaded = await catalog.load();
  return await loaded.answer(name, args ?? {}, { signal, ...defined({ ask, progress }) });
}

/** Of answers that several calls get. */
const rendered = new WeakMap<Answer, Rendered>();

/** A tool's answer as MCP has it. */
export function toolResult(answer: Answer): CallToolResult {
  const known = rendered.get(answer) ?? render(answer);
  rendered.set(answer, known);
  const { content, structuredContent, isError } = known;
  return {
    content: [...content],
    structuredContent: { ...structuredContent },
    ...(isError ? { isError: true } : {}),
  };
}

/** What MCP Apps are called among the capabilities of a client. */
const APPS_EXTENSION = "io.modelcontextprotocol/ui";

/** True when a client with these capabilities shows pages of a server in the conversation. */
export function showsApps(
  { extensions }: { readonly extensions?: Readonly<Record<string, unknown>> | undefined } = {},
): boolean {
  return extensions?.[APPS_EXTENSION] !== undefined;
}

const apps = once(() => import("./apps/apps.ts"));
const resources = once(() => import("./resources.ts"));
const prompts = once(() => import("./prompts/catalog.ts"));
const completions = once(() => import("./completions.ts"));

/** What comes with a request, in whatever revision of MCP. */
export interface RequestInput {
  readonly signal: AbortSignal;
  /** Whether its client shows pages of a server. */
  readonly showsApps: boolean;
}

type Answering<P, T> = (catalog: ToolCatalog, params: P, input: RequestInput) => Promise<T>;

/** What answers requests beside calls; each is loaded when first asked for. */
interface Answers {
  readonly listTools: Answering<unknown, { tools: ToolEntry[] }>;
  readonly listResources: Answering<unknown, { resources: Resource[] }>;
  readonly listTemplates: Answering<unknown, { resourceTemplates: ResourceTemplate[] }>;
  readonly readResource: Answering<ReadResourceRequest["params"], ReadResourceResult>;
  readonly listPrompts: Answering<unknown, { prompts: Prompt[] }>;
  readonly getPrompt: Answering<GetPromptRequest["params"], GetPromptResult>;
  readonly complete: Answering<CompleteRequest["params"], CompleteResult>;
}

/** Tools, resources, prompts and completions, in whatever revision of MCP. */
export const ANSWERS: Answers = {
  listTools: async (catalog, _, { showsApps }) => {
    const entries = await catalog.entries();
    return { tools: showsApps ? (await apps()).withViews(entries) : entries };
  },
  listResources: async (catalog, _, { showsApps }) => {
    const list = (await resources()).listResources(catalog);
    if (!showsApps) return list;
    return { resources: [...list.resources, ...(await apps()).listViews()] };
  },
  listTemplates: async (catalog) => (await resources()).listTemplates(catalog),
  readResource: async (catalog, { uri }, { signal, showsApps }) =>
    (showsApps ? await (await apps()).readView(uri) : undefined) ??
      (await resources()).readResource(catalog, uri, signal),
  listPrompts: async (catalog) => (await prompts()).listPrompts(catalog),
  getPrompt: async (catalog, { name, arguments: args = {} }, { signal }) =>
    (await prompts()).getPrompt(catalog, name, args, signal),
  complete: async (catalog, params, { signal }) =>
    (await completions()).complete(catalog, params, signal),
};

/** A handler that hands on an error as a client may see it, and the signal of the open call. */
export function answering<P, T>(
  { catalog, calls }: Pick<ServerParts, "catalog" | "calls">,
  work: Answering<P, T>,
): (params: P, id: RequestId, input: RequestInput) => Promise<T> {
  return async (params, id, { signal, showsApps }) => {
    try {
      return await calls.answer(
        id,
        signal,
        async (signal) => await work(await catalog.load(), params, { signal, showsApps }),
      );
    } catch (error) {
      throw boundedError(error);
    }
  };
}

function handleAll(server: Server, parts: ServerParts): void {
  const answer = <P, T>(
    work: Answering<P, T>,
  ): (request: { readonly params?: P | undefined }, extra: Extra) => Promise<T> => {
    const answered = answering(parts, work);
    return ({ params }, { requestId, signal }) => {
      const input = { signal, showsApps: showsApps(server.getClientCapabilities()) };
      return answered(params as P, requestId, input);
    };
  };
  server.setRequestHandler(ListToolsRequestSchema, answer(ANSWERS.listTools));
  server.setRequestHandler(ListResourcesRequestSchema, answer(ANSWERS.listResources));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, answer(ANSWERS.listTemplates));
  server.setRequestHandler(ReadResourceRequestSchema, answer(ANSWERS.readResource));
  server.setRequestHandler(ListPromptsRequestSchema, answer(ANSWERS.listPrompts));
  server.setRequestHandler(GetPromptRequestSchema, answer(ANSWERS.getPrompt));
  server.setRequestHandler(CompleteRequestSchema, answer(ANSWERS.complete));
}

/** Who this server is. */
export const IDENTITY = { name: "proxmox-mcp", title: "Proxmox VE", version: VERSION };
/** What it can. */
export const CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {} };

/** What holds for all tools of a catalog. */
export function instructionsFor(
  { clusters, tools, listed }: CatalogOutline,
  demo: boolean,
): string {
  const { tokenOrigin } = anyOf(clusters).config;
  return instructions({
    ...allowedByAny(clusters),
    clusters: [...clusters.keys()],
    ...{ demo, tokenOrigin, tools, listed },
  });
}

/** An MCP server that is not connected yet. */
export function createServer(parts: ServerParts): Server {
  const { catalog, demo, calls } = parts;
  const server = new ClientLogServer(
    catalog.clusters,
    IDENTITY,
    {
      capabilities: CAPABILITIES,
      jsonSchemaValidator: formValidator,
      instructions: instructionsFor(catalog, demo),
    },
  );
  server.setRequestHandler(
    CallToolRequestSchema,
    ({ params }: CallToolRequest, { requestId, signal, sendNotification }: Extra) =>
      calls.answer(requestId, signal, async (signal) => {
        const ask = askPersonThrough(server, requestId, signal);
        return toolResult(
          await callTool(catalog, params, { signal, ask, notify: sendNotification }),
        );
      }),
  );
  handleAll(server, parts);
  // While the client decides what to ask for. Should it fail, the request that needs it says so.
  server.oninitialized = () => void catalog.load().catch(() => undefined);
  return server;
}
