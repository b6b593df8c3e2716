/**
 * Clocks for tests: one that the test moves, and one that moves when nothing else is left to do.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Clock } from "../src/base/async/clock.ts";

interface Timer {
  readonly until: number;
  readonly work: () => void;
}

function earliest(timers: Iterable<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (!first || timer.until < first.until) first = timer;
  return first;
}

/** Time stands still until the test moves it: for tests beside real processes. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 15, 9, 30);
  #wallOffset = 0;
  protected readonly timers: Set<Timer> = new Set();
  protected readonly sleepers: Set<Timer> = new Set();

  now(): number {
    return this.#now + this.#wallOffset;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Sets the wall clock by so much, as a time server or a person would. */
  setBy(ms: number): void {
    this.#wallOffset += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = this.#add(this.sleepers, ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      const onAbort = (): void => {
        leave();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  after(ms: number, work: () => void): () => void {
    return this.#add(this.timers, ms, work);
  }

  /** Moves time forward; what it passes happens in order. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (;;) {
      const next = earliest([...this.timers, ...this.sleepers]);
      if (!next || next.until > target) break;
      this.timers.delete(next);
      this.sleepers.delete(next);
      this.#now = Math.max(this.#now, next.until);
      next.work();
    }
    this.#now = target;
  }

  #add(timers: Set<Timer>, ms: number, work: () => void): () => void {
    const timer = { until: this.#now + ms, work };
    timers.add(timer);
    return () => timers.delete(timer);
  }
}

/**
 * Sleeping takes no time: when all work that is under way has come to a sleep or to its end, time
 * jumps to what comes first, on the way to the first sleeper's waking. `after` alone does not make
 * time pass.
 */
export class VirtualClock extends ManualClock {
  #jumps = false;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const slept = super.sleep(ms, signal);
    this.#jump();
    return slept;
  }

  #jump(): void {
    if (this.#jumps) return;
    this.#jumps = true;
    setImmediate(() => {
      this.#jumps = false;
      if (this.sleepers.size === 0) return;
      const next = earliest([...this.timers, ...this.sleepers]);
      if (!next) return;
      this.advance(next.until - this.monotonic());
      if (this.sleepers.size > 0) this.#jump();
    });
  }
}
