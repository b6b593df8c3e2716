/**
 * Lets a tool do what may take longer than a call: a file on its way, a node that writes its
 * report. The time of the call stands still meanwhile, and its client hears that it goes on.
 *
 * @module
 */
import type { ReadContext } from "../tool/context.ts";
import { span } from "../base/text/units.ts";

/** Milliseconds between signs of life: clients give up a call of which they hear nothing. */
const SIGN_OF_LIFE_MS = 5_000;

/**
 * Does work without hurry.
 *
 * @param what What the client hears of it.
 */
export async function withoutTimeLimit<T>(
  { budget, clock, progress }: ReadContext,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const began = clock.monotonic();
  let disarm = (): void => {};
  const signOfLife = (): void => {
    if (clock.monotonic() > began) {
      progress?.(`${what}: ${span((clock.monotonic() - began) / 1000)}`, undefined);
    }
    disarm = clock.after(SIGN_OF_LIFE_MS, signOfLife);
  };
  signOfLife();
  try {
    return await budget.pauseDuring(work);
  } finally {
    disarm();
  }
}
