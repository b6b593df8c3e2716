/**
 * Polls with growing pauses until the answer is the wanted one or the time is over.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;

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
  const deadline = clock.now() + seconds * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const answer = await ask();
    const left = deadline - clock.now();
    if (matches(answer) || left <= 0) return answer;
    await clock.sleep(Math.min(pause, left), signal);
    pause = Math.min(pause * 1.6, MAX_PAUSE_MS);
  }
}
