/**
 * Remembers for a minute who was let in, so that Proxmox VE is not asked at each request. What is
 * kept is a salted hash: neither a token, nor what was learned by it.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { digest } from "./caller.ts";

/** Milliseconds for which the answer that somebody may come in is good. */
export const RECENT_MS = 60_000;

/** Who was let in a moment ago. */
export class RecentlyAdmitted {
  readonly #salt = crypto.randomUUID();
  /** What ends each memory before its time. */
  readonly #ends = new Map<string, () => void>();

  constructor(private readonly clock: Clock) {}

  /** How many there are. */
  get size(): number {
    return this.#ends.size;
  }

  /** Whether somebody was let in a moment ago. */
  has(key: string): boolean {
    return this.#ends.has(this.#hash(key));
  }

  /** Somebody was let in now. */
  add(key: string): void {
    this.forget(key);
    const hash = this.#hash(key);
    this.#ends.set(hash, this.clock.after(RECENT_MS, () => this.#ends.delete(hash)));
  }

  /** They are to be asked about again. */
  forget(key: string): void {
    const hash = this.#hash(key);
    this.#ends.get(hash)?.();
    this.#ends.delete(hash);
  }

  #hash(key: string): string {
    return digest(this.#salt + key).toHex();
  }
}
