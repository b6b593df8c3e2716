/**
 * Retention of backups: the numbers that people know, and `maxfiles` of old releases, as the one
 * property string that Proxmox VE takes.
 *
 * @module
 */
import type { Args } from "../pve/encode.ts";
import { ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import type { ExtraParam } from "../tool/define.ts";

const COUNT: ExtraParam = { type: "integer", minimum: 0, unlisted: true };
const KEEP_PARAMS = [
  "keep-last",
  "keep-hourly",
  "keep-daily",
  "keep-weekly",
  "keep-monthly",
  "keep-yearly",
];

/** The parts of `prune-backups`, and `maxfiles`, as parameters of their own. */
export const RETENTION_PARAMS: Readonly<Record<string, ExtraParam>> = {
  "keep-all": { type: "boolean", unlisted: true },
  ...Object.fromEntries(KEEP_PARAMS.map((name) => [name, COUNT])),
  maxfiles: COUNT,
};

/** `maxfiles` 0 was no limit. */
function partOf(name: string, value: Args[string]): string {
  if (name !== "maxfiles") return `${name}=${Number(value)}`;
  return Number(value) === 0 ? "keep-all=1" : `keep-last=${value}`;
}

/**
 * The arguments with `prune-backups` in place of the single numbers.
 *
 * @throws {ToolError} When the retention is given in both ways.
 */
export function joinRetention(args: Args, context: Pick<ReadContext, "notes">): Args {
  const names = Object.keys(RETENTION_PARAMS).filter((name) => args[name] !== undefined);
  if (names.length === 0) return args;
  if (args["prune-backups"] !== undefined) {
    throw new ToolError(`Cannot use ${names.join(", ")} along with prune-backups`, {
      reason: "Both say what to keep",
      parameters: Object.fromEntries(names.map((name) => [name, "leave it out"])),
    });
  }
  const others = Object.entries(args).filter(([name]) => !names.includes(name));
  const retention = names.map((name) => partOf(name, args[name])).join(",");
  if (args.maxfiles !== undefined) {
    context.notes.push(`Proxmox VE 9 has no "maxfiles": sent as prune-backups ${retention}`);
  }
  return { ...Object.fromEntries(others), "prune-backups": retention };
}
