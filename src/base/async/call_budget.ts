/**
 * The time budget of one call, which its requests and its waiting share, so that the call is
 * answered before clients time out, after 60 seconds.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import { ShutdownError } from "../process/shutdown.ts";
import { LinkedController } from "./linked_signal.ts";

/** Seconds that requests have even when a call waits less for its task. */
const REQUEST_SECONDS = 45;
/** Seconds after that in which the outcome may still be read. */
const LAST_LOOK_SECONDS = 10;
/** Seconds that a request has which begins just before its time is over. */
export const MIN_REQUEST_SECONDS = 5;

/** The budget is used up: the call has to be answered now. */
export class CallTimeoutError extends ShutdownError {}

/** The time budget of one call. */
export class CallBudget implements Disposable {
  readonly #clock: Clock;
  readonly #controller: LinkedController;
  /** When the call arrived, later by the time that it was paused. */
  #start: number;
  #waitSeconds: number;
  #paused = false;
  #cancelTimer = (): void => {};

  /**
   * @param signal Aborted when the call is cancelled.
   * @param waitSeconds How long tasks, locks and states are waited for.
   */
  constructor(clock: Clock, signal: AbortSignal, waitSeconds: number) {
    this.#clock = clock;
    this.#controller = new LinkedController(signal);
    this.#start = clock.monotonic();
    this.#waitSeconds = waitSeconds;
    this.#startTimer();
  }

  /** Aborted when the call is cancelled, or has to be answered at once. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Seconds that are left to wait for a task, a lock or a state. */
  get waitSeconds(): number {
    return Math.max(0, this.#waitSeconds - this.#used);
  }

  /** Seconds that a request may take which begins now. */
  get requestSeconds(): number {
    if (this.#paused) return Infinity;
    const left = this.#workSeconds - this.#used;
    return left > 0 ? Math.max(left, MIN_REQUEST_SECONDS) : left + LAST_LOOK_SECONDS;
  }

  /** Sets another time to wait, counted from the call's arrival like the one before. */
  setWait(waitSeconds: number): void {
    this.#waitSeconds = waitSeconds;
    this.#startTimer();
  }

  /** Makes sure that there are some seconds to wait from now on. */
  ensure(seconds: number): void {
    if (this.waitSeconds < seconds) this.setWait(this.#used + seconds);
  }

  /** Does work that takes nothing of the budget: a person thinks, a file is uploaded. */
  async pauseDuring<T>(work: () => Promise<T>): Promise<T> {
    const began = this.#clock.monotonic();
    this.#paused = true;
    this.#cancelTimer();
    try {
      return await work();
    } finally {
      this.#start += this.#clock.monotonic() - began;
      this.#paused = false;
      this.#startTimer();
    }
  }

  /** Does work that is aborted when a request that begins now would be. */
  async within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    using controller = new LinkedController(this.signal);
    const cancelTimer = this.#clock.after(
      this.requestSeconds * 1000,
      () => controller.abort(this.#timeoutError()),
    );
    try {
      return await work(controller.signal);
    } finally {
      cancelTimer();
    }
  }

  /** Cancels the timer and stops following the caller's signal. */
  [Symbol.dispose](): void {
    this.#cancelTimer();
    this.#controller[Symbol.dispose]();
  }

  get #used(): number {
    return (this.#clock.monotonic() - this.#start) / 1000;
  }

  get #workSeconds(): number {
    return Math.max(this.#waitSeconds, REQUEST_SECONDS);
  }

  #startTimer(): void {
    this.#cancelTimer();
    const left = this.#workSeconds + LAST_LOOK_SECONDS - this.#used;
    this.#cancelTimer = this.#clock.after(
      Math.max(0, left) * 1000,
      () => this.#controller.abort(this.#timeoutError()),
    );
  }

  #timeoutError(): CallTimeoutError {
    return new CallTimeoutError(`No end within ${Math.round(this.#used)} seconds`);
  }
}
