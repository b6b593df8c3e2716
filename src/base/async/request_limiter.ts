/**
 * Limits requests to PVE: at most N at once and R a second, first come first served.
 *
 * @module
 */
import { changed } from "../process/observe.ts";
import type { Clock } from "./clock.ts";

/** Spreads the starts of requests over time. Several limiters may share it. */
export class RequestRate {
  #nextStart = 0;

  /** @param perSecond Most requests a second; 0 is without limit. */
  constructor(private readonly perSecond: number, private readonly clock: Clock) {}

  /** Resolves when the next request may start; `onDelay` gets the milliseconds until then. */
  async wait(signal: AbortSignal, onDelay?: (ms: number) => void): Promise<void> {
    if (this.perSecond === 0) return;
    const now = this.clock.monotonic();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + 1000 / this.perSecond;
    if (start <= now) return;
    onDelay?.(start - now);
    await this.clock.sleep(start - now, signal);
  }
}

/** Bounds how many requests run at once, and starts them at a rate. */
export class RequestLimiter {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param concurrency Most requests at once. */
  constructor(private readonly concurrency: number, private readonly rate: RequestRate) {}

  /**
   * Runs `work` when its turn comes. `onDelay` gets the milliseconds that the rate limit added.
   *
   * @throws The signal's reason, when it is aborted while waiting; the place is free again.
   */
  async run<T>(
    work: () => Promise<T>,
    signal: AbortSignal,
    onDelay?: (ms: number) => void,
  ): Promise<T> {
    changed("requests waiting", 1);
    try {
      await this.#acquire(signal);
    } finally {
      changed("requests waiting", -1);
    }
    changed("requests running", 1);
    try {
      await this.rate.wait(signal, onDelay);
      return await work();
    } finally {
      changed("requests running", -1);
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  #acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.concurrency) {
      this.#running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(acquire), 1);
        reject(signal.reason);
      };
      const acquire = (): void => {
        signal.removeEventListener("abort", onAbort);
        this.#running++;
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(acquire);
    });
  }
}
