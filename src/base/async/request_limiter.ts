/**
 * Limits requests to PVE: at most N at once and R a second, first come first served.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** Bounds how many requests run at once and start per second. */
export class RequestLimiter {
  #running = 0;
  #nextStart = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly options: {
      /** Most requests at once. */
      readonly concurrency: number;
      /** Most requests a second; 0 is without limit. */
      readonly perSecond: number;
      readonly clock: Clock;
    },
  ) {}

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
    await this.#acquire(signal);
    try {
      await this.#waitForRate(signal, onDelay);
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  #acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.options.concurrency) {
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

  async #waitForRate(signal: AbortSignal, onDelay?: (ms: number) => void): Promise<void> {
    const { perSecond, clock } = this.options;
    if (perSecond === 0) return;
    const now = clock.monotonic();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + 1000 / perSecond;
    if (start <= now) return;
    onDelay?.(start - now);
    await clock.sleep(start - now, signal);
  }
}
