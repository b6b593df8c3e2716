/**
 * Pauses that grow from try to try, and asking again and again with such pauses.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** How pauses grow. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** What each pause is multiplied with for the next; 2 unless said otherwise. */
  readonly factor?: number;
}

/** The pause after a try that failed; `tries` were made before it. */
export function backoffMs(tries: number, { firstMs, maxMs, factor = 2 }: Backoff): number {
  return Math.min(firstMs * factor ** tries, maxMs);
}

const POLLING: Backoff = { firstMs: 200, maxMs: 2_000, factor: 1.6 };

/** The clock to wait by, and the signal that ends the waiting. */
export interface PollContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The first answer that matches, or the last one when none did in time.
 *
 * @param seconds How long to go on asking; 0 asks once.
 * @throws The signal's reason, when the call is cancelled.
 */
export async function pollUntil<T>(
  { clock, signal }: PollContext,
  ask: () => Promise<T>,
  matches: (answer: T) => boolean,
  seconds: number,
): Promise<T> {
  const deadline = clock.monotonic() + seconds * 1000;
  for (let tries = 0;; tries++) {
    const answer = await ask();
    const left = deadline - clock.monotonic();
    if (matches(answer) || left <= 0) return answer;
    await clock.sleep(Math.min(backoffMs(tries, POLLING), left), signal);
  }
}
