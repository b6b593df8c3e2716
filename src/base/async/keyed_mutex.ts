/**
 * A mutex per key: work on one key runs one after another, on different keys side by side.
 *
 * @module
 */
import { abortable } from "./abortable.ts";

/** Runs changes to one guest one after another. */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<void>>();

  /** True while work on the key goes on, or waits. */
  isBusy(key: string): boolean {
    return this.#last.has(key);
  }

  /**
   * Runs `work` after all earlier work on the same key has ended, well or badly.
   *
   * @throws The signal's reason, when it is aborted before the work starts.
   */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key) ?? Promise.resolve();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const own = previous.then(() => done);
    this.#last.set(key, own);
    try {
      await abortable(previous, signal);
      return await work();
    } finally {
      resolve();
      // A call that was aborted in the queue must not let the next one start early.
      void own.then(() => {
        if (this.#last.get(key) === own) this.#last.delete(key);
      });
    }
  }
}
