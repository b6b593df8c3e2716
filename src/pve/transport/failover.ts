/**
 * Several hosts of one cluster as one transport: a host that does not answer is left for the next,
 * and asked again later.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { type Backoff, backoffMs } from "../../base/async/backoff.ts";
import type { Clock } from "../../base/async/clock.ts";
import { below, prefixOf } from "../../base/text/host.ts";
import { log } from "../../base/process/log.ts";
import { happened } from "../../base/process/observe.ts";
import { isLostRead, type Transport, TransportError, type TransportRequest } from "./transport.ts";

/** Time after which a host that was left is asked again. */
const COOL_DOWN: Backoff = { firstMs: 30_000, maxMs: 300_000 };

interface Host {
  readonly url: URL;
  /** Times in a row that it did not answer; 0: it is used. */
  failures: number;
  /** When a read asks it again. */
  retryAt: number;
}

/**
 * Sends each request to the first of `hosts` that answers. A read goes on to the next host at
 * once; anything else only when the request surely was not sent. A host that was left is first
 * asked again by a read, one at a time.
 *
 * @param hosts Base URLs, in order of preference; at least one. What is asked for is below the
 * first.
 */
export function createFailover(
  hosts: readonly URL[],
  transport: Transport,
  clock: Clock,
): Transport {
  const failover = new Failover(hosts, transport, clock);
  return {
    fetch: (url, request) => failover.fetch(url, request),
    close: () => transport.close(),
  };
}

class Failover {
  readonly #hosts: readonly Host[];
  /** Path of the first host, which stands in front of what is asked for. */
  readonly #prefix: string;
  readonly #transport: Transport;
  readonly #clock: Clock;

  constructor(hosts: readonly URL[], transport: Transport, clock: Clock) {
    this.#hosts = hosts.map((url) => ({ url, failures: 0, retryAt: 0 }));
    this.#prefix = hosts[0] ? prefixOf(hosts[0]) : "";
    this.#transport = transport;
    this.#clock = clock;
  }

  async fetch(url: URL, request: TransportRequest): Promise<Response> {
    const tried = new Set<Host>();
    const errors: TransportError[] = [];
    for (;;) {
      const host = this.#next(request, tried);
      if (host === undefined) throw noneAnswers(errors);
      tried.add(host);
      const { failures } = host;
      try {
        const response = await this.#ask(host, url, request);
        this.#answered(host);
        return response;
      } catch (error) {
        if (isSilence(error)) this.#leave(host, failures, error);
        if (!(error instanceof TransportError) || request.signal.aborted) throw error;
        if (!mayRepeat(request, error)) throw error;
        errors.push(error);
      }
    }
  }

  /** The host to try: one in use, or one whose time to be asked again has come; else any. */
  #next(request: TransportRequest, tried: ReadonlySet<Host>): Host | undefined {
    const now = this.#clock.monotonic();
    const left = this.#hosts.filter((host) => !tried.has(host));
    const isDue = (host: Host): boolean => request.method === "GET" && host.retryAt <= now;
    const host = left.find((each) => each.failures === 0 || isDue(each)) ?? left[0];
    // Other requests need not try it at the same time.
    if (host && host.failures > 0) host.retryAt = now + coolDown(host.failures);
    return host;
  }

  async #ask(host: Host, url: URL, request: TransportRequest): Promise<Response> {
    const path = url.pathname.slice(this.#prefix.length) + url.search;
    const target = below(host.url, path);
    try {
      return await this.#transport.fetch(target, request);
    } catch (error) {
      if (!isLostRead(error, request)) throw error;
      return await this.#transport.fetch(target, request);
    }
  }

  #answered(host: Host): void {
    if (host.failures === 0) return;
    host.failures = 0;
    happened("failover", "returned");
    log("failover").info(`${host.url.host} answers again`);
  }

  /** Leaves a host that failed a request, unless another request has told that already. */
  #leave(host: Host, failuresBefore: number, error: Error): void {
    if (host.failures !== failuresBefore) return;
    host.failures++;
    host.retryAt = this.#clock.monotonic() + coolDown(host.failures);
    if (host.failures === 1) {
      happened("failover", "left");
      log("failover").warn(`Leaves ${host.url.host} until it answers: ${error.message}`);
    }
  }
}

function coolDown(failures: number): number {
  return backoffMs(failures - 1, COOL_DOWN);
}

/** No answer came, not even one that took too long; a caller's cancel is something else. */
function isSilence(error: unknown): error is Error {
  return error instanceof TransportError ||
    (error instanceof Error && error.name.endsWith("TimeoutError"));
}

/** A stream is used up by the first try. */
function mayRepeat(request: TransportRequest, error: TransportError): boolean {
  if (typeof request.body === "object") return false;
  return request.method === "GET" || !error.details.maybeSent;
}

function noneAnswers(errors: readonly TransportError[]): TransportError {
  const [first] = errors;
  if (first === undefined) throw new TypeError("Cannot send a request without a host");
  if (errors.length === 1) return first;
  const messages = errors.map((error) => error.message).join("; ");
  const { hint } = first.details;
  return new TransportError(
    first.failure,
    `None of the ${errors.length} hosts answers: ${messages}`,
    {
      maybeSent: errors.some((error) => error.details.maybeSent),
      ...defined({ hint }),
      cause: new AggregateError(errors),
    },
  );
}
