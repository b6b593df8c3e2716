/**
 * Turns: work on one key runs one after another, on different keys side by side.
 *
 * @module
 */

/** Keeps the order of changes to one guest. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs `work` after all earlier work on the same key has ended, well or badly.
   *
   * @throws The signal's reason, when it is aborted before the turn comes.
   */
  async take<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const mine = before.then(() => done);
    this.#last.set(key, mine);
    try {
      await this.#wait(before, signal);
      return await work();
    } finally {
      resolve();
      // A call that gave up in the queue must not open the way for the next one.
      void mine.then(() => {
        if (this.#last.get(key) === mine) this.#last.delete(key);
      });
    }
  }

  #wait(before: Promise<void>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    return Promise.race([before, aborted]).finally(() =>
      signal.removeEventListener("abort", onAbort)
    );
  }
}
