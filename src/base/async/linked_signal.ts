/**
 * Makes an abort signal that follows another one for a while.
 *
 * @module
 */

/** A controller that is also aborted with another signal, until it is disposed of. */
export class LinkedController extends AbortController implements Disposable {
  readonly #onAbort = (): void => this.abort(this.followed?.reason);

  constructor(private readonly followed: AbortSignal | undefined) {
    super();
    if (followed?.aborted) this.#onAbort();
    else followed?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Stops following the other signal. */
  [Symbol.dispose](): void {
    this.followed?.removeEventListener("abort", this.#onAbort);
  }
}
