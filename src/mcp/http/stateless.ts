/**
 * Answers requests of MCP 2026-07-28, each by itself: whatever it needs comes with it, and nothing
 * is kept for the next one.
 *
 * @module
 */
import { log } from "../../base/process/log.ts";
import {
  CALLER_REFUSED,
  CLIENT_GONE,
  HTTP_GRACE_PERIOD,
  OpenCalls,
  SERVER_ENDING,
} from "../open_calls.ts";
import type { Caller } from "./caller.ts";
import { withEndListener } from "./response_end.ts";
import { requestIds, type SessionParts } from "./session.ts";
import type { McpHttpHandler } from "./stateless_sdk.ts";
import { createStatelessServer, logDiscovery, type LoneRequest } from "./stateless_server.ts";

const { createMcpHandler, isLegacyRequest } = await import("./stateless_sdk.ts");

/** The first revision of MCP without sessions; revisions are dates. */
const FIRST_STATELESS = "2026-07-28";

/** True for a request that says by its header that it is of a revision without sessions. */
export function namesStateless({ method, headers }: Request): boolean {
  return method === "POST" && (headers.get("mcp-protocol-version") ?? "") >= FIRST_STATELESS;
}

/** True for a message that says so itself, or its header. */
export async function isStateless(request: Request, message: unknown): Promise<boolean> {
  return !await isLegacyRequest(request, message);
}

/** Answers requests for one server. */
export class StatelessRequests {
  readonly #parts: SessionParts;
  readonly #calls: OpenCalls;
  readonly #handler: McpHttpHandler;
  /** Whose each open request is, by its own id. */
  readonly #open = new Map<string, Caller>();
  readonly #requests = new WeakMap<Request, LoneRequest>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#calls = new OpenCalls(parts.clock);
    this.#handler = createMcpHandler(({ requestInfo }) => {
      const lone = requestInfo && this.#requests.get(requestInfo);
      if (!lone) throw new TypeError("Cannot serve a request that nobody sent");
      return createStatelessServer(lone);
    }, {
      legacy: "reject",
      // As in sessions: the client that breaks it off cancels its call, and hears of progress.
      responseMode: "sse",
      onerror: (error) => log("http").debug(`A request: ${error.message}`),
    });
  }

  /** False while clients leave so many answers unread that no more may pile up. */
  hasRoomFor(caller: Caller, message: unknown): boolean {
    return this.#parts.openRequests.hasRoom(caller, requestIds(message).length);
  }

  /** Answers a request whose body was read already; its caller is held until that is sent. */
  async handle(request: Request, message: unknown, caller: Caller): Promise<Response> {
    const { demo, openRequests } = this.#parts;
    const { url, method, headers } = request;
    const own = new Request(url, { method, headers });
    const id = crypto.randomUUID();
    this.#requests.set(own, { catalog: caller.catalog, demo, calls: this.#calls, id });
    const count = requestIds(message).length;
    const end = (): void => {
      this.#open.delete(id);
      openRequests.add(caller, -count);
      caller.release();
    };
    caller.hold();
    this.#open.set(id, caller);
    openRequests.add(caller, count);
    let response: Response;
    try {
      response = await this.#handler.fetch(own, { parsedBody: message });
    } catch (error) {
      end();
      throw error;
    }
    if (response.ok) logDiscovery(caller.catalog, message);
    return withEndListener(response, (abandoned) => {
      if (abandoned) this.#calls.cancel(id, CLIENT_GONE);
      end();
    });
  }

  /** Cancels the calls of callers who are let in no longer. */
  async cancelRefused(): Promise<void> {
    await Promise.all([...this.#open].map(async ([id, caller]) => {
      const refusal = await caller.refusal();
      if (refusal && refusal.status !== 503) this.#calls.cancel(id, CALLER_REFUSED);
    }));
  }

  /** Lets all open calls end, then closes what is left. */
  async end(forceSignal: AbortSignal): Promise<void> {
    await this.#calls.end(HTTP_GRACE_PERIOD, SERVER_ENDING, forceSignal);
    await this.#handler.close();
  }
}
