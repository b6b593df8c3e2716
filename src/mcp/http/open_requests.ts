/**
 * Counts the requests whose answers their clients have not read yet, so that no more pile up.
 *
 * @module
 */
import type { Caller } from "./caller.ts";

/** Most at once. */
export const MAX_OPEN_REQUESTS_OF_ALL = 1_000;

/** Open requests of all callers. */
export class OpenRequests {
  readonly #byCaller = new Map<Caller, number>();
  #all = 0;

  /** False when so many more would be too many, of all or of this caller. */
  hasRoom(caller: Caller, more: number): boolean {
    const own = this.#byCaller.get(caller) ?? 0;
    return own + more <= MAX_OPEN_REQUESTS_OF_ALL * caller.share &&
      this.#all + more <= MAX_OPEN_REQUESTS_OF_ALL;
  }

  /** Some have begun, or with a negative number ended. */
  add(caller: Caller, more: number): void {
    const own = (this.#byCaller.get(caller) ?? 0) + more;
    this.#all += more;
    if (own > 0) this.#byCaller.set(caller, own);
    else this.#byCaller.delete(caller);
  }
}
