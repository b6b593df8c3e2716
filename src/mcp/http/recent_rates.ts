/**
 * Holds each caller to the rate of requests to Proxmox VE, over all that they do within a minute:
 * without sessions what they are served by lives no longer than one request.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { RequestRate } from "../../base/async/request_limiter.ts";
import { Recent } from "./recent.ts";

/** The rates of callers. */
export class RecentRates {
  readonly #recent: Recent<RequestRate>;

  /** @param perSecond Most requests a second of each; 0 is without limit. */
  constructor(private readonly perSecond: number, private readonly clock: Clock) {
    this.#recent = new Recent(clock);
  }

  /** That of somebody. */
  of(name: string): RequestRate {
    const rate = this.#recent.get(name) ?? new RequestRate(this.perSecond, this.clock);
    this.#recent.set(name, rate);
    return rate;
  }
}
