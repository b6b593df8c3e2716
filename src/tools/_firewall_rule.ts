/**
 * What firewall rules have in common, whether of the datacenter, of a group or of a guest.
 *
 * @module
 */
import type { Args } from "../pve/encode.ts";
import { type Row, ToolError } from "../tool/answer.ts";
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

/** A change of a rule; Proxmox VE moves one, and leaves all else of it as it is. */
export function changedRule(args: Args): Args {
  const { moveto, pos } = args;
  const isMoved = moveto !== undefined && Number(moveto) !== Number(pos);
  const changes = [...RULE_COLUMNS, "delete"].filter((name) => name !== "pos");
  if (!isMoved || changes.every((name) => args[name] === undefined)) return args;
  throw new ToolError("Cannot move a rule and change it with one call", {
    reason: "Proxmox VE would move it, and leave all else of it as it is",
    parameters: { moveto: "goes alone: change the rule first, then move it" },
    notes: ["Nothing was sent to Proxmox VE"],
  });
}

/** True for options by which the firewall is off, as it is unless told otherwise. */
export function firewallIsOff({ enable }: Row): boolean {
  return Number(enable ?? 0) === 0;
}

/** PVE switches a new rule off unless told otherwise; that is easily missed. */
export function newRuleNotes({ enable }: Args): string[] {
  return Number(enable ?? 0) === 0 ? ["The rule is off: enable=1 switches it on"] : [];
}

/** Whether a new rule of the datacenter counts; one of a group does where the group is used. */
export async function newRuleOutcome(
  context: ReadContext,
  args: Args,
  end: CallResult,
): Promise<Outcome> {
  if (end.state !== "done") return {};
  const notes = newRuleNotes(args);
  if (args.group !== undefined) {
    return { notes: [...notes, `It counts for guests that have the group "${args.group}"`] };
  }
  const { data } = await context.request("GET /cluster/firewall/options", {});
  const off =
    "No rule counts: the firewall of the datacenter is off (proxmox_cluster_firewall action=update_options enable=1)";
  return { notes: [...notes, ...(firewallIsOff(data as Row) ? [off] : [])] };
}
