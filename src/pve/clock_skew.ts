/**
 * Whether two clocks are too far from each other.
 *
 * @module
 */
import { span } from "../base/text/units.ts";

/** Seconds from which tickets, certificates and second factors begin to suffer; a read's own time is in it. */
const MAX_SKEW_SECONDS = 30;

/** `2 min ahead of this machine's`; undefined when a clock is near enough to the other. */
export function clockSkew(
  secondsAhead: number,
  other: string = "this machine's",
): string | undefined {
  if (Math.abs(secondsAhead) <= MAX_SKEW_SECONDS) return undefined;
  return `${span(Math.abs(secondsAhead))} ${secondsAhead > 0 ? "ahead of" : "behind"} ${other}`;
}
