/**
 * Assembles the server of one request in MCP 2026-07-28, which has no sessions, around the catalog
 * of its caller: what answers is the same as in sessions.
 *
 * @module
 */
import type { OpenQuestion } from "../../tool/answer.ts";
import type { AskPerson } from "../../tool/context.ts";
import { logClient } from "../client_log.ts";
import { formValidator } from "../form_validator.ts";
import type { RequestId } from "../open_calls.ts";
import { McpError } from "../sdk.ts";
import type { ToolCatalog } from "../tool_catalog.ts";
import {
  handleSkills,
  isSkillUri,
  readSkillFile,
  skillResources,
  SKILLS_CAPABILITY,
} from "./skills.ts";
import {
  answering,
  ANSWERS,
  callTool,
  CAPABILITIES,
  IDENTITY,
  instructionsFor,
  type ServerParts,
  showsApps,
  toolResult,
} from "../server.ts";
import type {
  CacheHint,
  ClientCapabilities,
  Implementation,
  InputRequiredResult,
  Server as StatelessServer,
  ServerContext,
  Tool,
} from "./stateless_sdk.ts";

const {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  inputRequired,
  inputResponse,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  Server,
} = await import("./stateless_sdk.ts");

/** Lists never change while the server runs; with other settings it may be started at any time. */
const LIST: CacheHint = { ttlMs: 5 * 60_000, cacheScope: "private" };
const CACHE_HINTS = {
  "tools/list": LIST,
  "prompts/list": LIST,
  "resources/list": LIST,
  "resources/templates/list": LIST,
  "server/discover": LIST,
};

/** The one question that a call asks, by the name that its answer comes back under. */
const CONFIRMATION = "confirmation";

/** What a request says of its client. */
interface ClientEnvelope {
  readonly [PROTOCOL_VERSION_META_KEY]?: string;
  readonly [CLIENT_INFO_META_KEY]?: Implementation;
  readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities;
}

/** What the client of a request says that it can. */
function capabilitiesIn(envelope: ClientEnvelope | undefined): ClientCapabilities {
  return envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
}

/** Whether a person can be asked at the client of a request. */
function canAsk(envelope: ClientEnvelope | undefined): boolean {
  const { elicitation } = capabilitiesIn(envelope);
  // Without a mode it is that of forms.
  return elicitation !== undefined && (elicitation.form !== undefined || !elicitation.url);
}

/** Logs who asks what this server can, as clients do first; the request was found to be right. */
export function logDiscovery({ clusters }: ToolCatalog, message: unknown): void {
  const { method, params } = message as {
    readonly method?: string;
    readonly params?: { readonly _meta?: ClientEnvelope };
  };
  const envelope = params?._meta;
  if (method !== "server/discover" || !envelope) return;
  const { [CLIENT_INFO_META_KEY]: client, [PROTOCOL_VERSION_META_KEY]: revision = "" } = envelope;
  logClient(clusters, client, revision, canAsk(envelope));
}

/** Asks by the answer to the call; the same call, sent again, brings what the person said. */
function askByAnswer({ mcpReq }: ServerContext): AskPerson | undefined {
  if (!canAsk(mcpReq.envelope as ClientEnvelope | undefined)) return undefined;
  return async (_question, { seal, open }) => {
    const reply = inputResponse(mcpReq.inputResponses, CONFIRMATION);
    if (reply.kind !== "elicit") return { seal: await seal() };
    if (reply.action !== "accept") return reply.action;
    const problem = await open(mcpReq.requestState<string>() ?? "");
    return problem === undefined ? "accept" : { problem };
  };
}

function toBeAsked({ text, seal }: OpenQuestion): InputRequiredResult {
  const form = { message: text, requestedSchema: { type: "object" as const, properties: {} } };
  return inputRequired({
    inputRequests: { [CONFIRMATION]: inputRequired.elicit(form) },
    requestState: seal,
  });
}

/** The error as this revision has it. */
function protocolError(error: unknown): unknown {
  if (!(error instanceof McpError)) return error;
  const message = error.message.replace(`MCP error ${error.code}: `, "");
  return ProtocolError.fromError(error.code, message, error.data);
}

/** A request that is answered by itself. */
export interface LoneRequest extends ServerParts {
  /** Its own among all that are open. */
  readonly id: RequestId;
}

/** An MCP server for one request. */
export function createStatelessServer(parts: LoneRequest): StatelessServer {
  const { catalog, demo, calls, id } = parts;
  const server = new Server(IDENTITY, {
    capabilities: { ...CAPABILITIES, extensions: SKILLS_CAPABILITY },
    jsonSchemaValidator: formValidator,
    instructions: instructionsFor(catalog, demo),
    cacheHints: CACHE_HINTS,
  });
  const answer = <P, T>(
    work: Parameters<typeof answering<P, T>>[1],
  ): (request: { readonly params?: P | undefined }, context: ServerContext) => Promise<T> => {
    const answered = answering(parts, work);
    return ({ params }, { mcpReq: { signal, envelope } }) => {
      const input = { signal, showsApps: showsApps(capabilitiesIn(envelope)) };
      return answered(params as P, id, input).catch((error) => {
        throw protocolError(error);
      });
    };
  };
  server.setRequestHandler(
    "tools/list",
    answer(async (...input: Parameters<typeof ANSWERS.listTools>) => {
      const tools: readonly unknown[] = (await ANSWERS.listTools(...input)).tools;
      return { tools: tools as Tool[] };
    }),
  );
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const { signal, notify } = context.mcpReq;
    const ask = askByAnswer(context);
    try {
      return await calls.answer(id, signal, async (signal) => {
        const done = await callTool(catalog, params, { signal, ask, notify });
        return done.open ? toBeAsked(done.open) : toolResult(done);
      });
    } catch (error) {
      throw protocolError(error);
    }
  });
  server.setRequestHandler(
    "resources/list",
    answer(async (...input: Parameters<typeof ANSWERS.listResources>) => {
      const { resources } = await ANSWERS.listResources(...input);
      return { resources: [...resources, ...await skillResources()] };
    }),
  );
  server.setRequestHandler("resources/templates/list", answer(ANSWERS.listTemplates));
  server.setRequestHandler(
    "resources/read",
    answer(async (...input: Parameters<typeof ANSWERS.readResource>) => {
      const [, { uri }] = input;
      return isSkillUri(uri) ? readSkillFile(uri) : await ANSWERS.readResource(...input);
    }),
  );
  server.setRequestHandler("prompts/list", answer(ANSWERS.listPrompts));
  server.setRequestHandler("prompts/get", answer(ANSWERS.getPrompt));
  server.setRequestHandler("completion/complete", answer(ANSWERS.complete));
  handleSkills(server, protocolError);
  return server;
}
