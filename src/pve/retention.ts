/**
 * Which backups of a guest a retention keeps. Source: PVE::Storage::prune_mark_backup_group.
 *
 * @module
 */
import { parsePropertyString } from "./formats/formats.ts";

/** How many backups of each kind stay, by rule. */
export type Retention = Readonly<Record<string, string>>;

/** What tells a backup from others of its guest; `ctime` in seconds. */
export interface DatedBackup {
  readonly volid: string;
  readonly ctime: number;
}

const DAY_MS = 86_400_000;

export function parseRetention(written: string): Retention {
  return parsePropertyString("prune-backups", written);
}

/** Year and number of the ISO week. */
function weekOf(date: Date): string {
  const day = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - day) * DAY_MS);
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}/${Math.floor((thursday.getTime() - start) / (7 * DAY_MS))}`;
}

/** Names of the period that a time falls into, in the order in which PVE applies the rules. */
const PERIODS: readonly (readonly [rule: string, period: (date: Date) => string])[] = [
  ["keep-hourly", (date) => date.toISOString().slice(0, 13)],
  ["keep-daily", (date) => date.toISOString().slice(0, 10)],
  ["keep-weekly", weekOf],
  ["keep-monthly", (date) => date.toISOString().slice(0, 7)],
  ["keep-yearly", (date) => date.toISOString().slice(0, 4)],
];

/** The rules of a retention that count. */
export const RULES: readonly string[] = ["keep-last", ...PERIODS.map(([rule]) => rule)];

/** True for a retention that removes nothing. */
export function keepsAll(retention: Retention): boolean {
  return retention["keep-all"] === "1" || RULES.every((rule) => Number(retention[rule] ?? 0) === 0);
}

/**
 * Volume ids of the backups of one guest that a retention keeps.
 *
 * @param backups Newest first, without those that are protected.
 * @param offset Seconds by which the clock of the node, by which PVE tells days, is before UTC.
 */
export function keptBackups(
  backups: readonly DatedBackup[],
  retention: Retention,
  offset: number,
): Set<string> {
  if (keepsAll(retention)) return new Set(backups.map(({ volid }) => volid));
  const last = Number(retention["keep-last"] ?? 0);
  const keep = new Set(backups.slice(0, last).map(({ volid }) => volid));
  for (const [rule, period] of PERIODS) {
    const periodOf = ({ ctime }: DatedBackup): string => period(new Date((ctime + offset) * 1000));
    const covered = new Set(backups.filter(({ volid }) => keep.has(volid)).map(periodOf));
    let left = Number(retention[rule] ?? 0);
    for (const backup of backups) {
      if (left === 0) break;
      if (keep.has(backup.volid) || covered.has(periodOf(backup))) continue;
      covered.add(periodOf(backup));
      keep.add(backup.volid);
      left -= 1;
    }
  }
  return keep;
}
