/**
 * Moments of a node: a date without a time zone is the node's own time, as in its logs.
 *
 * @module
 */
import {
  asUtc,
  bareHours,
  hoursNote,
  type Moment,
  MOMENT_FORMS,
  readMoment,
} from "../../base/text/moment.ts";
import { DAY } from "../../base/text/units.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { ToolError } from "../../tool/answer.ts";

function parseMoment(context: ReadContext, name: string, text: string): Moment {
  const now = nowOf(context);
  const hours = bareHours(text);
  if (hours !== undefined) context.notes.push(hoursNote(name, hours));
  const moment = readMoment(hours === undefined ? text : `${hours}h`, now);
  if (moment) return moment;
  throw new ToolError(`Cannot read the time "${text}"`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { [name]: `expected how long ago as ${MOMENT_FORMS}` },
  });
}

/** Seconds that the node's own time is ahead of UTC. */
async function offsetOf(context: ReadContext): Promise<number> {
  const answer = await context.request("GET /nodes/{node}/time", { node: nodeOf(context) });
  const { time, localtime } = answer.data as { time: number; localtime: number };
  return localtime - time;
}

function nowOf(context: ReadContext): number {
  return Math.floor(context.clock.now() / 1000);
}

/** A parameter that names a moment, as seconds since 1970. */
export async function epochOf(
  context: ReadContext,
  name: string,
  value: unknown,
): Promise<number | undefined> {
  if (value === undefined) return undefined;
  const moment = parseMoment(context, name, String(value));
  if ("epoch" in moment) return moment.epoch;
  return asUtc(moment.local) - await offsetOf(context);
}

/** A parameter that names a moment, as `YYYY-MM-DD HH:MM:SS` in the node's own time. */
export async function localTimeOf(
  context: ReadContext,
  name: string,
  value: unknown,
): Promise<string | undefined> {
  if (value === undefined) return undefined;
  const moment = parseMoment(context, name, String(value));
  if ("local" in moment) return moment.local;
  const shifted = new Date((moment.epoch + await offsetOf(context)) * 1000);
  return shifted.toISOString().slice(0, 19).replace("T", " ");
}

/** Two days ago as a date, whatever the node's time zone. */
export function twoDaysAgo(context: ReadContext): string {
  return new Date(context.clock.now() - 2 * DAY * 1000).toISOString().slice(0, 10);
}
