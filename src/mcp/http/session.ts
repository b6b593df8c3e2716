/**
 * One client over HTTP: its MCP server, its open calls, and when it was last active. A client that
 * disconnects in the middle of an answer cancels the calls in it.
 *
 * @module
 */
// Not in sdk.ts, which stdio loads too.
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Clock } from "../../base/async/clock.ts";
import { log } from "../../base/process/log.ts";
import { changed } from "../../base/process/observe.ts";
import { CLIENT_GONE, type GracePeriod, OpenCalls, type RequestId } from "../open_calls.ts";
import { createServer } from "../server.ts";
import { withNamedTypes } from "./accept.ts";
import type { Caller } from "./caller.ts";
import type { OpenRequests } from "./open_requests.ts";
import { withEndListener } from "./response_end.ts";
import type { Server } from "../sdk.ts";

/** What all sessions share. */
export interface SessionParts {
  readonly demo: boolean;
  readonly clock: Clock;
  readonly openRequests: OpenRequests;
}

/** Ids of the requests in a message or a batch of them. */
export function requestIds(message: unknown): RequestId[] {
  const all = Array.isArray(message) ? message : [message];
  return all.filter((each) => typeof each?.method === "string").map((each) => each.id)
    .filter((id) => typeof id === "string" || typeof id === "number");
}

/** A client over HTTP. */
export class Session {
  readonly id = crypto.randomUUID();
  readonly #clock: Clock;
  readonly #allOpen: OpenRequests;
  readonly #calls: OpenCalls;
  readonly #server: Server;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  #open = 0;
  #openRequests = 0;
  #lastUsed: number;

  /** @param caller Whose it is, and nobody else's. */
  constructor(readonly caller: Caller, { demo, clock, openRequests }: SessionParts) {
    this.#clock = clock;
    this.#allOpen = openRequests;
    this.#lastUsed = clock.monotonic();
    this.#calls = new OpenCalls(clock);
    this.#server = createServer({ catalog: caller.catalog, demo, calls: this.#calls });
    this.#transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => this.id,
    });
  }

  /** Begins; `closed` is called at its end, whoever ends it. */
  async begin(closed: () => void): Promise<void> {
    let isOpen = true;
    changed("sessions", 1);
    this.#server.onclose = () => {
      if (isOpen) changed("sessions", -1);
      isOpen = false;
      closed();
    };
    this.#server.onerror = (error) => log("http").debug(`Session ${this.id}: ${error.message}`);
    await this.#server.connect(this.#transport);
  }

  /** Milliseconds for which nothing was open; 0 while something is. */
  get idle(): number {
    return this.#open > 0 ? 0 : this.#clock.monotonic() - this.#lastUsed;
  }

  /** Keeps it from being idle, and its caller, while a request for it is being let in. */
  inUse(): Disposable {
    this.#open++;
    this.caller.hold();
    return {
      [Symbol.dispose]: () => {
        this.#open--;
        this.#lastUsed = this.#clock.monotonic();
        this.caller.release();
      },
    };
  }

  /** Requests that are being answered, or whose answers their client has not read yet. */
  get openRequests(): number {
    return this.#openRequests;
  }

  /** Answers a request, whose body was read already. */
  async handle(request: Request, message: unknown): Promise<Response> {
    const ids = requestIds(message);
    this.#open++;
    this.#openRequests += ids.length;
    this.#allOpen.add(this.caller, ids.length);
    let response: Response;
    try {
      response = await this.#transport.handleRequest(withNamedTypes(request), {
        parsedBody: message,
      });
    } catch (error) {
      this.#release(ids.length);
      throw error;
    }
    return withEndListener(response, (abandoned) => {
      this.#release(ids.length);
      if (!abandoned) return;
      for (const id of ids) this.#calls.cancel(id, CLIENT_GONE);
    });
  }

  #release(requests: number): void {
    this.#open--;
    this.#openRequests -= requests;
    this.#allOpen.add(this.caller, -requests);
    this.#lastUsed = this.#clock.monotonic();
  }

  /** Lets open calls end, see {@linkcode OpenCalls.end}. */
  async end(gracePeriod: GracePeriod, reason: string, forceSignal?: AbortSignal): Promise<void> {
    await this.#calls.end(gracePeriod, reason, forceSignal);
  }

  /** Ends it: calls are cancelled, streams closed. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}
