/**
 * Answers HTTP requests: `/healthz` to everybody, `/mcp` to those who have access.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { log } from "../../base/process/log.ts";
import type { Access } from "./access.ts";
import { readBody } from "./body.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

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

/** Answers requests for one server. */
export class HttpHandler {
  #ending = false;

  constructor(
    private readonly access: Access,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /** Answers a request; `from` is where it came from. */
  async handle(request: Request, address: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz" && request.method === "GET") return new Response("ok\n");
    const refusal = this.access.refusal(request);
    if (refusal) {
      const line = `${request.method} ${JSON.stringify(pathname.slice(0, 100))}`;
      log("http").warn(`Refused ${line} from ${address}: ${refusal.reason}`);
      return statusOnly(
        refusal.status,
        refusal.status === 401 ? { "WWW-Authenticate": "Bearer" } : {},
      );
    }
    if (pathname !== MCP_PATH) return statusOnly(404);
    if (!METHODS.includes(request.method)) return statusOnly(405, { Allow: METHODS.join(", ") });
    if (this.#ending) return statusOnly(503);
    return await this.#answer(request);
  }

  async #answer(request: Request): Promise<Response> {
    let message: unknown;
    if (request.method === "POST") {
      const body = await readBody(request, this.clock);
      if (body.kind === "too large") return statusOnly(413);
      if (body.kind === "too slow") return tooSlow();
      if (body.kind === "not JSON") return jsonRpcError(400, -32700, "The body is not JSON");
      message = body.value;
    }
    const id = request.headers.get("mcp-session-id");
    const session = id === null ? undefined : this.sessions.get(id);
    if (session) {
      if (this.sessions.hasRoomFor(session, message)) return await session.handle(request, message);
      return jsonRpcError(429, -32000, "Too many requests are open: read their answers first", {
        "Retry-After": "1",
      });
    }
    if (id !== null) return jsonRpcError(404, -32001, "There is no such session: initialize anew");
    if (isInitialize(message)) return await this.#begin(request, message);
    return jsonRpcError(400, -32600, "Mcp-Session-Id is missing: only initialize goes without");
  }

  async #begin(request: Request, message: unknown): Promise<Response> {
    const session: Session | undefined = await this.sessions.create();
    if (!session) {
      return jsonRpcError(503, -32000, "Too many sessions are in use", { "Retry-After": "60" });
    }
    const response = await session.handle(request, message);
    if (!response.ok) await session.close();
    return response;
  }

  /** Takes no more requests, lets open calls end, then closes all sessions. */
  async end(forceSignal: AbortSignal): Promise<void> {
    this.#ending = true;
    await this.sessions.end(forceSignal);
  }
}
