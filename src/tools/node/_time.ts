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

/** The node's time zone; where it is not known here, what its time is ahead of UTC now. */
async function zoneOf(context: ReadContext): Promise<string> {
  const answer = await context.request("GET /nodes/{node}/time", { node: nodeOf(context) });
  const { time, localtime, timezone } = answer.data as {
    readonly time: number;
    readonly localtime: number;
    readonly timezone?: string;
  };
  try {
    return Temporal.Now.zonedDateTimeISO(timezone ?? "").timeZoneId;
  } catch {
    const ahead = localtime - time;
    const clock = new Date(Math.abs(ahead) * 1000).toISOString().slice(11, 16);
    return `${ahead < 0 ? "-" : "+"}${clock}`;
  }
}

/** What clocks of a zone show at a moment. */
function inZone(epoch: number, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(epoch * 1000).toZonedDateTimeISO(zone)
    .toPlainDateTime();
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
  const local = inZone(asUtc(moment.local), "UTC");
  return local.toZonedDateTime(await zoneOf(context)).epochMilliseconds / 1000;
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
  const there = inZone(moment.epoch, await zoneOf(context));
  return there.toString({ smallestUnit: "second" }).replace("T", " ");
}

/** Two days ago as a date, whatever the node's time zone. */
export function twoDaysAgo(context: ReadContext): string {
  return new Date(context.clock.now() - 2 * DAY * 1000).toISOString().slice(0, 10);
}
