/**
 * Answers HTTP requests: `/healthz` to everybody, `/mcp` to those who have access.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { log } from "../../base/process/log.ts";
import { SUPPORTED_PROTOCOL_VERSIONS } from "../sdk.ts";
import type { Access } from "./access.ts";
import { readBody } from "./body.ts";
import { type Caller, type Claim, CLUSTER_HEADER, type Refusal } from "./caller.ts";
import { OpenRequests } from "./open_requests.ts";
import { Sessions } from "./sessions.ts";
import { isStateless, namesStateless, StatelessRequests } from "./stateless.ts";

/** Path of the MCP endpoint. */
export const MCP_PATH = "/mcp";

const METHODS = ["POST", "GET", "DELETE"];

/** A status and nothing else. */
function statusOnly(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers });
}

/**
 * The status of a body that comes too slowly, which closes the connection. Deno reads on until the
 * client has sent it all, whatever `Connection` says, unless the answer breaks off.
 */
function tooSlow(): Response {
  const breaking = new ReadableStream({
    pull: (controller) => controller.error(new Error("Its body came too slowly")),
  }, { highWaterMark: 0 });
  return new Response(breaking, { status: 408, headers: { Connection: "close" } });
}

/** What went wrong, as clients of MCP expect it. */
function jsonRpcError(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}

function isInitialize(message: unknown): boolean {
  return typeof message === "object" && message !== null &&
    (message as { readonly method?: unknown }).method === "initialize";
}

function sessionMissing(): Response {
  return jsonRpcError(400, -32600, "Mcp-Session-Id is missing: only initialize goes without");
}

/** True where the header names no revision that begins with `initialize`; it may be left out. */
function namesOtherRevision({ headers }: Request): boolean {
  const revision = headers.get("mcp-protocol-version");
  return revision !== null && !SUPPORTED_PROTOCOL_VERSIONS.includes(revision);
}

/** MCP wants 400 for any request whose header names no revision, `initialize` not left out. */
function revisionUnknown(): Response {
  const known = SUPPORTED_PROTOCOL_VERSIONS.join(", ");
  return jsonRpcError(400, -32600, `MCP-Protocol-Version of initialize must be one of ${known}`);
}

function sessionUnknown(): Response {
  return jsonRpcError(404, -32001, "There is no such session: initialize anew");
}

function tooManyOpen(): Response {
  return jsonRpcError(429, -32000, "Too many requests are open: read their answers first", {
    "Retry-After": "1",
  });
}

/** A request, and where it came from. */
interface Arrived {
  readonly request: Request;
  readonly address: string;
}

/** Answers requests for one server. */
export class HttpHandler {
  readonly sessions: Sessions;
  readonly stateless: StatelessRequests;
  #ending = false;

  constructor(
    private readonly access: Access,
    private readonly parts: { readonly demo: boolean; readonly clock: Clock },
  ) {
    const shared = { ...parts, openRequests: new OpenRequests() };
    this.sessions = new Sessions(shared);
    this.stateless = new StatelessRequests(shared);
  }

  /** Answers a request; `address` is where it came from. */
  async handle(request: Request, address: string): Promise<Response> {
    // A host that is none makes a URL that is none.
    if (!URL.canParse(request.url)) return statusOnly(400);
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz" && request.method === "GET") return new Response("ok\n");
    const metadata = this.access.metadata(request);
    if (metadata) return metadata;
    const claim = await this.access.claimOf(request);
    if ("reason" in claim) return this.#refuse({ request, address }, claim);
    if (pathname !== MCP_PATH) return statusOnly(404);
    if (!METHODS.includes(request.method)) return statusOnly(405, { Allow: METHODS.join(", ") });
    if (this.#ending) return statusOnly(503);
    const id = request.headers.get("mcp-session-id");
    return id === null || namesStateless(request)
      ? await this.#withoutSession({ request, address }, claim)
      : await this.#inSession({ request, address }, claim, id);
  }

  /** The answer to who is not let in: of why, only the log tells. */
  #refuse({ request, address }: Arrived, refusal: Refusal): Response {
    const { status, reason } = refusal;
    const { pathname } = new URL(request.url);
    const line = `${request.method} ${JSON.stringify(pathname.slice(0, 100))}`;
    log("http").warn(`Refused ${line} from ${address}: ${reason}`);
    if (status === 503) {
      const message =
        "Nobody can tell now who you are: try again; where it lasts, the log of this server says why";
      return jsonRpcError(503, -32000, message, { "Retry-After": "5" });
    }
    if (status === 400) {
      return jsonRpcError(400, -32600, `${CLUSTER_HEADER} must name one cluster of this server`);
    }
    return statusOnly(status, this.access.challenge(request, refusal));
  }

  async #inSession(arrived: Arrived, { caller }: Claim, id: string): Promise<Response> {
    const { request } = arrived;
    const session = this.sessions.get(id, caller);
    // Nothing is read from who has no session.
    if (!session) return sessionUnknown();
    using _ = session.inUse();
    const refused = await this.#refusedNow(session.caller);
    if (refused) return this.#refuse(arrived, refused);
    const body = await this.#read(request);
    if (body instanceof Response) return body;
    if (await isStateless(request, body.message)) {
      return await this.#alone(request, body.message, session.caller);
    }
    // It may have been closed while its client still sent.
    if (!this.sessions.get(id, caller)) return sessionUnknown();
    return this.sessions.hasRoomFor(session, body.message)
      ? await session.handle(request, body.message)
      : tooManyOpen();
  }

  /** Why somebody is let in no longer; all their sessions end by it. */
  async #refusedNow(caller: Caller): Promise<Refusal | undefined> {
    const refusal = await caller.refusal();
    if (refusal) await this.sessions.closeAllOf(caller, refusal);
    return refusal;
  }

  async #withoutSession(arrived: Arrived, claim: Claim): Promise<Response> {
    if (arrived.request.method !== "POST") return sessionMissing();
    const { request } = arrived;
    const caller = await (namesStateless(request) ? claim.admitOnce() : claim.admit());
    if ("reason" in caller) return this.#refuse(arrived, caller);
    try {
      const body = await this.#read(request);
      if (body instanceof Response) return body;
      if (await isStateless(request, body.message)) {
        return await this.#alone(request, body.message, caller);
      }
      if (!isInitialize(body.message)) return sessionMissing();
      if (namesOtherRevision(request)) return revisionUnknown();
      return await this.#begin(request, body.message, caller);
    } finally {
      caller.release();
    }
  }

  /** Answers a request of a revision without sessions. */
  async #alone(request: Request, message: unknown, caller: Caller): Promise<Response> {
    return this.stateless.hasRoomFor(caller, message)
      ? await this.stateless.handle(request, message, caller)
      : tooManyOpen();
  }

  async #begin(request: Request, message: unknown, caller: Caller): Promise<Response> {
    const session = await this.sessions.create(caller);
    if (!session) {
      return jsonRpcError(503, -32000, "Too many sessions are in use", { "Retry-After": "60" });
    }
    const response = await session.handle(request, message);
    if (!response.ok) await session.close();
    return response;
  }

  /** The message in a body, or the answer to a body that has none. */
  async #read(request: Request): Promise<{ readonly message: unknown } | Response> {
    if (request.method !== "POST") return { message: undefined };
    const body = await readBody(request, this.parts.clock);
    if (body.kind === "too large") return statusOnly(413);
    if (body.kind === "too slow") return tooSlow();
    if (body.kind === "not JSON") return jsonRpcError(400, -32700, "The body is not JSON");
    return { message: body.value };
  }

  /** Takes no more requests, lets open calls end, then closes all sessions. */
  async end(forceSignal: AbortSignal): Promise<void> {
    this.#ending = true;
    await Promise.all([this.sessions.end(forceSignal), this.stateless.end(forceSignal)]);
  }
}
