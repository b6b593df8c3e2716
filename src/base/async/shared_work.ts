/**
 * Does work once for all who ask for the same before it begins.
 *
 * @module
 */
import { abortable } from "./abortable.ts";

/** Work that several wait for. */
interface Shared<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** Nobody may join any more. */
  close(): void;
}

/** Work by what it is, as long as others may join it. */
export class SharedWork<T> {
  readonly #open = new Map<string, Shared<T>>();

  /**
   * What the work of that key gives which has not begun yet, or that of `work`.
   *
   * @param work Does it, until nobody waits for it any longer; calls `begins` when what it looks at
   * from then on would be too old for who comes later.
   * @throws The signal's reason, when it is aborted first; the work goes on for the others.
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal, begins: () => void) => Promise<T>,
  ): Promise<T> {
    const shared = this.#open.get(key) ?? this.#start(key, work);
    shared.waiting++;
    try {
      return await abortable(shared.result, signal);
    } finally {
      shared.waiting--;
      if (signal.aborted && shared.waiting === 0) {
        shared.close();
        shared.controller.abort(signal.reason);
      }
    }
  }

  #start(
    key: string,
    work: (signal: AbortSignal, begins: () => void) => Promise<T>,
  ): Shared<T> {
    const controller = new AbortController();
    const close = (): void => {
      if (this.#open.get(key) === shared) this.#open.delete(key);
    };
    const result = work(controller.signal, () => close()).finally(() => close());
    const shared: Shared<T> = { result, controller, waiting: 0, close };
    this.#open.set(key, shared);
    return shared;
  }
}
