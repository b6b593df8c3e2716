/**
 * What the cluster's lists know of guests: PVE's statistics daemon looks at them every ten seconds,
 * and until then a new guest has no name and a started one is stopped. Source: pvestatd.
 *
 * @module
 */
import type { Guest } from "./model.ts";

/** The daemon's views of the guests, each taken when time has come to it and something changes. */
export class Statistics {
  /** Guests as the lists show them; undefined while they are as they are. */
  #shown: ReadonlyMap<number, Guest> | undefined;
  /** When the daemon looks again. */
  #nextMs = -Infinity;

  /**
   * @param periodMs Time between two looks; 0 when the lists know everything at once.
   */
  constructor(
    private readonly guests: ReadonlyMap<number, Guest>,
    private readonly periodMs: number,
  ) {}

  /** Must be called before anything changes: what is there now is what lists show for a while. */
  beforeChange(nowMs: number): void {
    if (this.periodMs === 0 || nowMs < this.#nextMs) return;
    const looked = this.#nextMs +
      Math.floor((nowMs - this.#nextMs) / this.periodMs) * this.periodMs;
    // After a quiet time the next look is a whole period away.
    this.#nextMs = (nowMs - this.#nextMs < this.periodMs ? looked : nowMs) + this.periodMs;
    this.#shown = new Map(
      [...this.guests].map(([vmid, guest]) => [vmid, { ...guest, config: { ...guest.config } }]),
    );
  }

  /** A guest as lists show it now; undefined for one that they do not know yet. */
  shown(guest: Guest, nowMs: number): Guest | undefined {
    return nowMs < this.#nextMs ? this.#shown?.get(guest.vmid) : guest;
  }
}
