/**
 * Time as an input: the program asks a clock instead of the machine, so tests never sleep.
 *
 * @module
 */

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since 1970, for what is shown or dated: the wall clock, which may be set. */
  now(): number;
  /**
   * Milliseconds that only go forward, whoever sets the clock: for ages, deadlines and expiries.
   * They start at the wall clock of the process's start, so that processes nearly agree on them.
   */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `work` after `ms` milliseconds, unless the function that it answers is called before. */
  after(ms: number, work: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
