/**
 * Calls operations of the PVE API: encodes them, sends them over a bounded number of kept-alive
 * connections, and turns every failure into an error that says what happened.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { CallBudget } from "../base/async/call_budget.ts";
import type { Clock } from "../base/async/clock.ts";
import { below } from "../base/text/host.ts";
import { LinkedController } from "../base/async/linked_signal.ts";
import { log } from "../base/process/log.ts";
import { observed } from "../base/process/observe.ts";
import { isOperation, type Operation } from "./api.ts";
import { readBody } from "./body_limits.ts";
import type { Credentials, Headers } from "./credentials.ts";
import { type Args, encodeRequest } from "./encode.ts";
import { type Attempt, errorOf, isWebPage, NotPveError, PveTimeoutError } from "./errors.ts";
import { requestOutcome } from "./request_outcome.ts";
import { RequestLimiter, RequestRate } from "../base/async/request_limiter.ts";
import {
  isLostRead,
  type Transport,
  TransportError,
  type TransportRequest,
} from "./transport/transport.ts";
import { Unauthenticated, unauthenticated } from "./unauthenticated.ts";

/** Most requests to PVE at once. */
const MAX_REQUESTS = 8;
/** Most at once of those that may take longer than others: transfers, reports. */
const MAX_LONG_REQUESTS = 8;
/** Most connections to PVE at once. */
export const MAX_CONNECTIONS = MAX_REQUESTS + MAX_LONG_REQUESTS;

/** What a client needs to know. */
export interface PveClientOptions {
  /** Base URL: scheme, host and port, and a path that stands in front of all others. */
  readonly host: URL;
  readonly transport: Transport;
  readonly credentials: Credentials;
  /** Does what no API token may, for requests that ask for it. */
  readonly login?: Credentials;
  readonly timeoutSeconds: number;
  /** Requests a second; 0 is without limit. */
  readonly rateLimit: number;
  /** In place of one of its own: that of other clients of the same user. */
  readonly rate?: RequestRate;
  /** Refuses to send anything but GET, whoever asks. */
  readonly readOnly?: boolean;
  readonly clock: Clock;
}

/** How one request differs from the others. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /**
   * Seconds, in place of the configured timeout. A request with more than that takes none of the
   * others' places, so that no number of transfers keeps a small read waiting.
   */
  readonly timeoutSeconds?: number;
  /** The time of the call that it belongs to, which it may not outlast. */
  readonly budget?: Pick<CallBudget, "requestSeconds">;
  /** It is made by the login: no token may make it. */
  readonly byLogin?: boolean;
  /** Hears that its turn has come: it is sent now. */
  readonly onTurn?: () => void;
  /** Hears the milliseconds that the rate limit added. */
  readonly onDelay?: (ms: number) => void;
}

/** A successful answer. */
export interface PveAnswer {
  readonly data: unknown;
  /** Rows there are in all, where PVE pages. */
  readonly total?: number;
  /** What is staged and not yet applied, as a unified diff; of `GET /nodes/{node}/network`. */
  readonly changes?: string;
}

/**
 * Reads the answer to an attempt.
 *
 * @throws {PveError} When PVE refused.
 * @throws {NotPveError} When it is not PVE's.
 * @throws {TransportError} When it is too much.
 */
export async function readAnswer(attempt: Attempt, response: Response): Promise<PveAnswer> {
  const text = await readBody(attempt, response);
  if (!response.ok) throw errorOf(attempt, response, text);
  if (text === "") return { data: null }; // The journal of a node without one, for instance.
  try {
    const { data, total, changes } = JSON.parse(text) as Record<string, unknown>;
    return {
      data,
      ...defined({
        total: typeof total === "number" ? total : undefined,
        changes: typeof changes === "string" ? changes : undefined,
      }),
    };
  } catch {
    const what = isWebPage(text) ? "A web page" : "Something that is not JSON";
    throw new NotPveError(attempt, response.status, `${what} came back instead of an answer`);
  }
}

function withHeaders(request: TransportRequest, headers: Headers): TransportRequest {
  return { ...request, headers: { Accept: "application/json", ...headers, ...request.headers } };
}

/** A stream is read once. */
function isRepeatable({ body }: Pick<TransportRequest, "body">): boolean {
  return body === undefined || typeof body === "string";
}

/** Speaks to one cluster, as one user. */
export class PveClient {
  readonly #options: PveClientOptions;
  readonly #places: Readonly<Record<"short" | "long", RequestLimiter>>;

  constructor(options: PveClientOptions) {
    this.#options = options;
    const { rate = new RequestRate(options.rateLimit, options.clock) } = options;
    this.#places = {
      short: new RequestLimiter(MAX_REQUESTS, rate),
      long: new RequestLimiter(MAX_LONG_REQUESTS, rate),
    };
  }

  /** Who the requests are made as: `user@realm!name`, or `user@realm` of a login. */
  get identity(): string {
    return this.#options.credentials.identity;
  }

  /** Who is logged in with a password, if anybody is: `user@realm`. */
  get loginUser(): string | undefined {
    return this.#options.login?.identity;
  }

  /**
   * Calls an operation.
   *
   * @throws {PveError} When PVE refuses.
   * @throws {NotPveError} When the answer is not PVE's.
   * @throws {PveTimeoutError} When it takes too long.
   * @throws {TransportError} When no answer came.
   * @throws {LoginError} When nothing was sent, as the login did not succeed.
   */
  async request(
    operation: Operation,
    args: Args,
    options: RequestOptions = {},
  ): Promise<PveAnswer> {
    const attempt: Attempt = {
      ...{ operation, args },
      ...defined({ as: options.byLogin ? this.loginUser : this.identity }),
    };
    const { method, path, body } = encodeRequest(operation, args);
    const headers: Headers = body === undefined
      ? {}
      : { "Content-Type": "application/x-www-form-urlencoded" };
    const request = { method, headers, ...defined({ body }) };
    return await this.send(
      attempt,
      path,
      request,
      options,
      (response) => readAnswer(attempt, response),
    );
  }

  /**
   * Sends a prepared request of an operation and hands its response to `read`; for bodies that are
   * not JSON. The connection is kept for as long as `read` takes.
   */
  async send<T>(
    attempt: Attempt,
    path: string,
    request: Omit<TransportRequest, "signal">,
    options: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    if (this.#options.readOnly && request.method !== "GET") {
      throw new TypeError(`Cannot send ${attempt.operation}: this server only reads`);
    }
    return await observed(
      () => ({
        kind: "request",
        method: request.method,
        operation: isOperation(attempt.operation) ? attempt.operation : undefined,
      }),
      () => this.#send(attempt, path, request, options, read),
      requestOutcome,
    );
  }

  async #send<T>(
    attempt: Attempt,
    path: string,
    request: Omit<TransportRequest, "signal">,
    options: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const credentials = options.byLogin ? this.#options.login : this.#options.credentials;
    if (!credentials) throw new TypeError(`Cannot send ${attempt.operation}: nobody is logged in`);
    // What was refused for its ticket was not done: it may be sent again, once.
    for (let tries = 0;; tries++) {
      const headers = await credentials.headers(request.method, options.signal);
      const started = this.#options.clock.monotonic();
      const result = await this.#inTurn(
        attempt,
        options,
        (signal) => this.#once(attempt, path, withHeaders({ ...request, signal }, headers), read),
      );
      const took = Math.round(this.#options.clock.monotonic() - started);
      log("pve").debug(`${attempt.operation} took ${took} ms`);
      if (!(result instanceof Unauthenticated)) return result;
      const again = tries === 0 && isRepeatable(request) && credentials.expired?.(headers);
      if (!again) throw result.error(attempt, credentials);
    }
  }

  async #once<T>(
    attempt: Attempt,
    path: string,
    request: TransportRequest,
    read: (response: Response) => Promise<T>,
  ): Promise<T | Unauthenticated> {
    const url = below(this.#options.host, path);
    const ask = async (): Promise<T | Unauthenticated> => {
      const response = await this.#options.transport.fetch(url, request);
      return response.status === 401
        ? await unauthenticated(attempt, response, read)
        : await read(response);
    };
    try {
      return await ask();
    } catch (error) {
      if (!isLostRead(error, request)) throw error;
      return await ask();
    }
  }

  /** Does the work when there is a place for it, within the time that waiting is part of. */
  async #inTurn<T>(
    attempt: Attempt,
    options: RequestOptions,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, timeoutSeconds: usual } = this.#options;
    const own = options.timeoutSeconds ?? usual;
    const left = options.budget?.requestSeconds ?? Infinity;
    const seconds = Math.min(own, left);
    const queueSeconds = Math.min(seconds, usual);
    using controller = new LinkedController(options.signal);
    let timeUp: DOMException | undefined;
    const arm = (after: number): () => void =>
      clock.after(after * 1000, () => {
        timeUp ??= new DOMException(`${seconds} seconds are over`, "TimeoutError");
        controller.abort(timeUp);
      });
    const disarmQueue = queueSeconds < seconds ? arm(queueSeconds) : () => {};
    const disarm = arm(seconds);
    let queued = true;
    try {
      return await this.#places[own > usual ? "long" : "short"].run(
        () => {
          queued = false;
          disarmQueue();
          options.onTurn?.();
          return work(controller.signal);
        },
        controller.signal,
        options.onDelay,
      );
    } catch (error) {
      if (timeUp && controller.signal.reason === timeUp) {
        const timeOf = left < own ? "call" : "request";
        if (queued) throw new PveTimeoutError(attempt, queueSeconds, false, timeOf, queued);
        const unsent = error instanceof TransportError && !error.details.maybeSent;
        throw new PveTimeoutError(attempt, seconds, !unsent, timeOf);
      }
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      disarmQueue();
      disarm();
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#options.transport.close();
  }
}
