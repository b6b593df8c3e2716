/**
 * A clock for tests beside real processes: time stands still until the test moves it.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Sleeps end when `advance` passes their time. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 15, 9, 30);
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      }, { once: true });
    });
  }

  /** Moves time forward and wakes whom it passes. */
  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
