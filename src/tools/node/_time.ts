/**
 * Moments as callers name them: how long ago, seconds since 1970, or a date with or without a time
 * zone; a date without one is the node's own time, as in its logs.
 *
 * @module
 */
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { ToolError } from "../../tool/answer.ts";

/** Seconds since 1970, or the node's own time as `YYYY-MM-DD HH:MM:SS`. */
type Moment = { readonly epoch: number } | { readonly local: string };

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86400,
  w: 604800,
};
const AGO = /^(\d{1,6})\s*(s|m|min|h|d|w)( ago)?$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/;
const ZONED = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

function parseMoment(name: string, text: string, now: number): Moment {
  const word = text.trim();
  const ago = AGO.exec(word);
  if (ago) return { epoch: now - Number(ago[1]) * (SECONDS[ago[2] ?? ""] ?? 1) };
  if (/^\d{9,11}$/.test(word)) return { epoch: Number(word) };
  const zoned = ZONED.test(word) ? Date.parse(word.replace(" ", "T")) : NaN;
  if (!Number.isNaN(zoned)) return { epoch: Math.floor(zoned / 1000) };
  const local = LOCAL.exec(word);
  if (local && !Number.isNaN(Date.parse(word.replace(" ", "T")))) {
    return { local: local[2] === undefined ? `${local[1]}` : `${local[1]} ${local[2]}` };
  }
  throw new ToolError(`Cannot read the time "${text}"`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: {
      [name]: 'expected how long ago as "2h", or "2026-01-15 09:30", or seconds since 1970',
    },
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
  const moment = parseMoment(name, String(value), nowOf(context));
  if ("epoch" in moment) return moment.epoch;
  const asUtc = Date.parse(
    `${moment.local.replace(" ", "T")}${moment.local.includes(" ") ? "" : "T00:00"}Z`,
  );
  return Math.floor(asUtc / 1000) - await offsetOf(context);
}

/** A parameter that names a moment, as `YYYY-MM-DD HH:MM:SS` in the node's own time. */
export async function localTimeOf(
  context: ReadContext,
  name: string,
  value: unknown,
): Promise<string | undefined> {
  if (value === undefined) return undefined;
  const moment = parseMoment(name, String(value), nowOf(context));
  if ("local" in moment) return moment.local;
  const shifted = new Date((moment.epoch + await offsetOf(context)) * 1000);
  return shifted.toISOString().slice(0, 19).replace("T", " ");
}

/** Two days ago as a date, whatever the node's time zone. */
export function twoDaysAgo(context: ReadContext): string {
  return new Date(context.clock.now() - 2 * 86400 * 1000).toISOString().slice(0, 10);
}
