/**
 * Asks again and again, with growing pauses, until the answer fits or the time is over.
 *
 * @module
 */
import type { CallContext } from "./context.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/**
 * The first answer that fits, or the last one when none came in time.
 *
 * @param seconds How long to go on asking; 0 asks once.
 * @throws The signal's reason, when the call is cancelled.
 */
export async function askUntil<T>(
  context: Pick<CallContext, "clock" | "signal">,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  seconds: number,
): Promise<T> {
  const deadline = context.clock.now() + seconds * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const answer = await ask();
    const left = deadline - context.clock.now();
    if (fits(answer) || left <= 0) return answer;
    await context.clock.sleep(Math.min(pause, left), context.signal);
    pause = Math.min(pause * 1.6, LONGEST_PAUSE_MS);
  }
}
