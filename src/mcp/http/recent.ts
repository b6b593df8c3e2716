/**
 * Remembers something of somebody for a minute: that they were let in, when their next request may
 * start. Who they are is a salted hash; neither a token is kept, nor what was learned by it.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { digest } from "./caller.ts";

/** Milliseconds for which something is remembered. */
export const RECENT_MS = 60_000;

/** What holds of people who were here a moment ago. */
export class Recent<T> {
  readonly #salt = crypto.randomUUID();
  readonly #found = new Map<string, { readonly value: T; readonly end: () => void }>();

  constructor(private readonly clock: Clock) {}

  /** How many there are. */
  get size(): number {
    return this.#found.size;
  }

  /** What holds of somebody; undefined when it was too long ago. */
  get(key: string): T | undefined {
    return this.#found.get(this.#hash(key))?.value;
  }

  /** Something holds of somebody, from now on for a minute. */
  set(key: string, value: T): void {
    this.forget(key);
    const hash = this.#hash(key);
    const end = this.clock.after(RECENT_MS, () => this.#found.delete(hash));
    this.#found.set(hash, { value, end });
  }

  /** It holds no longer. */
  forget(key: string): void {
    const hash = this.#hash(key);
    this.#found.get(hash)?.end();
    this.#found.delete(hash);
  }

  #hash(key: string): string {
    return digest(this.#salt + key).toHex();
  }
}
