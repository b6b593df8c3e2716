/**
 * Tracks the calls that a server is answering: each can be cancelled by its id, and all end before
 * the server does.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { ShutdownError } from "../base/process/shutdown.ts";
import { LinkedController } from "../base/async/linked_signal.ts";

/** The id of a JSON-RPC request. */
export type RequestId = string | number;

interface OpenCall {
  readonly id: RequestId;
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

/** How long open calls may take to end, in milliseconds. */
export interface GracePeriod {
  /** To end by themselves. */
  readonly end: number;
  /** To answer how far they got, once they are cancelled. */
  readonly cancel: number;
}

/** Over HTTP, where several clients may wait for theirs when the process was asked to end. */
export const HTTP_GRACE_PERIOD: GracePeriod = { end: 5_000, cancel: 2_000 };

/** Why calls are cancelled when the process was asked to end. */
export const SERVER_ENDING = "This server is ending";
/** Why calls are cancelled whose caller is let in no longer. */
export const CALLER_REFUSED = "Whoever called is let in no longer";
/** Why calls are cancelled when their client has left. */
export const CLIENT_GONE = "The client has gone away";

/** Lets what was settled just now be sent. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Calls that are being answered. */
export class OpenCalls {
  readonly #open = new Set<OpenCall>();
  #ending: ShutdownError | undefined;

  constructor(private readonly clock: Clock) {}

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Answers a call. Its signal is aborted with the given one, by {@linkcode cancel}, or at the end.
   *
   * @throws {ShutdownError} When no more calls are taken.
   */
  async answer<T>(
    id: RequestId,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#ending) throw this.#ending;
    using controller = new LinkedController(signal);
    const done = work(controller.signal);
    const call = { id, controller, done };
    this.#open.add(call);
    try {
      return await done;
    } finally {
      this.#open.delete(call);
    }
  }

  /** Cancels the call of a request. */
  cancel(id: RequestId, reason: string): void {
    for (const call of this.#open) {
      if (call.id === id) call.controller.abort(new ShutdownError(reason));
    }
  }

  /**
   * Takes no more calls, lets those that are open go on for a while, then cancels what is left;
   * resolves when all are over, or their time is.
   *
   * @param forceSignal Cancels them at once.
   */
  async end(
    { end, cancel }: GracePeriod,
    reason: string,
    forceSignal?: AbortSignal,
  ): Promise<void> {
    this.#ending = new ShutdownError(reason);
    if (end > 0) await this.#allSettled(end, forceSignal);
    for (const call of this.#open) call.controller.abort(this.#ending);
    await this.#allSettled(cancel);
    await nextTurn();
  }

  /** Resolves when all calls are over, the time is, or `forceSignal` is aborted. */
  async #allSettled(ms: number, forceSignal?: AbortSignal): Promise<void> {
    if (this.#open.size === 0) return;
    using controller = new LinkedController(forceSignal);
    const timeout = this.clock.sleep(ms, controller.signal);
    const settled = Promise.allSettled([...this.#open].map((call) => call.done));
    await Promise.race([timeout.catch(() => undefined), settled]);
    controller.abort();
  }
}
