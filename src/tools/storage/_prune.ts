/**
 * Retention of backups: the `keep-…` numbers that people know, as the one property string that
 * Proxmox VE takes.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import type { OwnParam } from "../../tool/define.ts";

const COUNT: OwnParam = { type: "integer", minimum: 0, unlisted: true };

/** The parts of `prune-backups`, as parameters of their own. */
export const KEEP_PARAMS: Readonly<Record<string, OwnParam>> = {
  "keep-all": { type: "boolean", unlisted: true },
  "keep-last": COUNT,
  "keep-hourly": COUNT,
  "keep-daily": COUNT,
  "keep-weekly": COUNT,
  "keep-monthly": COUNT,
  "keep-yearly": COUNT,
};

/** The arguments with `prune-backups` in place of the single numbers. */
export function joinKeep(args: Args): Args {
  const { "prune-backups": given, ...rest } = args;
  const parts = Object.keys(KEEP_PARAMS).flatMap((name) =>
    args[name] === undefined ? [] : [`${name}=${Number(args[name])}`]
  );
  const others = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !Object.hasOwn(KEEP_PARAMS, name)),
  );
  const all = [...(given === undefined ? [] : [String(given)]), ...parts].join(",");
  return all === "" ? others : { ...others, "prune-backups": all };
}
