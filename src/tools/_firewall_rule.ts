/**
 * What firewall rules have in common, whether of the datacenter, of a group or of a guest.
 *
 * @module
 */
import type { Args } from "../pve/encode.ts";
import type { ReadContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";

/** Columns of a list of rules. */
export const RULE_COLUMNS = [
  "pos",
  "enable",
  "type",
  "action",
  "macro",
  "source",
  "dest",
  "proto",
  "dport",
  "sport",
  "icmp-type",
  "iface",
  "log",
  "comment",
];

/** Parameters of a rule that are shown. */
export const RULE_PARAMS = [
  "action",
  "type",
  "enable",
  "macro",
  "proto",
  "source",
  "dest",
  "dport",
] as const;

/** PVE switches a new rule off unless told otherwise; that is easily missed. */
export function newRuleOutcome(
  _context: ReadContext,
  args: Args,
  end: CallResult,
): Promise<Outcome> {
  const off = end.state === "done" && Number(args.enable ?? 0) === 0;
  return Promise.resolve(off ? { notes: ["The rule is off: enable=1 switches it on"] } : {});
}
