/**
 * What HA does to a guest that is moved to where its rule does not want it: it brings it back, as
 * soon as its manager looks again. Nobody is told that by the migration.
 *
 * @module
 */
import { type Guest, nameOf, sidOf } from "../../pve/guests.ts";
import { nodeNames, preferredNodes } from "../../pve/ha_placement.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { maybe } from "../_maybe.ts";

/** What is read of HA before a migration: rules, or from before 9.0 the group of the guest. */
export const HA_READS = [
  "GET /cluster/ha/rules",
  "GET /cluster/ha/resources/{sid}",
  "GET /cluster/ha/groups/{group}",
  "GET /nodes",
] as const;

/** Where HA wants a guest. */
interface Affinity {
  /** As an answer names it: `rule prefer-first-node`. */
  readonly name: string;
  /** `pve1:2,pve2:1`: the higher the number, the sooner. */
  readonly nodes: string;
  /** On no other node at all. */
  readonly strict: boolean;
  /** The guest comes back to a better node when it can. */
  readonly failback: boolean;
  /** What keeps it where it is moved to. */
  readonly keeps: string;
}

function isOn(value: unknown, otherwise: boolean): boolean {
  return value === undefined ? otherwise : Number(value) === 1;
}

/** Where HA wants the guest; undefined when it does not care, or has not the guest. */
async function affinityOf(context: ReadContext, sid: string): Promise<Affinity | undefined> {
  const wanted = { resource: sid, type: "node-affinity" };
  const rules = await maybe<readonly Row[]>(context, "GET /cluster/ha/rules", wanted);
  const rule = rules?.find(({ disable }) => !isOn(disable, false));
  // Before 9.0 there are no rules to ask for.
  if (rules && !rule) return undefined;
  const resource = await maybe(context, "GET /cluster/ha/resources/{sid}", { sid });
  // One that is not to run stays where it is.
  const { state = "started" } = resource ?? {};
  if (!resource || !["started", "enabled"].includes(String(state))) return undefined;
  if (rule) {
    return {
      name: `rule ${rule.rule}`,
      nodes: String(rule.nodes),
      strict: isOn(rule.strict, false),
      failback: isOn(resource.failback, true),
      keeps:
        `proxmox_ha_resource action=update sid=${sid} failback=false, or change the rule (proxmox_ha_rule)`,
    };
  }
  if (resource.group === undefined) return undefined;
  const name = String(resource.group);
  const group = await maybe(context, "GET /cluster/ha/groups/{group}", { group: name });
  return group && {
    name: `group ${name}`,
    nodes: String(group.nodes),
    strict: isOn(group.restricted, false),
    failback: !isOn(group.nofailback, false),
    keeps: "change the group (proxmox_ha_group: nodes, nofailback)",
  };
}

/**
 * Says before anything moves that HA would bring the guest back.
 *
 * @throws {ToolError} When it would, and nobody said that it is to be moved all the same.
 */
export async function checkAffinity(
  context: ReadContext,
  guest: Guest,
  { target, despite_ha_rule: despite }: Readonly<Record<string, unknown>>,
): Promise<void> {
  const sid = sidOf(guest);
  const affinity = await affinityOf(context, sid);
  if (!affinity) return;
  const { name, nodes, strict, failback, keeps } = affinity;
  const { data } = await context.request("GET /nodes", {});
  const online = (data as readonly Row[]).filter(({ status }) => status !== "offline")
    .map(({ node }) => String(node));
  const first = preferredNodes({ nodes, strict }, online);
  const isAllowed = nodeNames(nodes).includes(String(target));
  const comesBack = first.length > 0 && !first.includes(String(target)) &&
    (failback || (strict && !isAllowed));
  if (!comesBack) return;
  const reason = `HA brings it back to ${first.join(" or ")}: its ${name} wants ${nodes}${
    strict ? ", strictly" : failback ? ", with failback" : ""
  }`;
  if (despite === true) {
    context.notes.push(reason);
    return;
  }
  throw new ToolError(`Moving ${nameOf(guest)} to ${target} would not last`, {
    reason,
    notes: [
      `To keep it there: ${keeps}; despite_ha_rule=true moves it all the same`,
      "Nothing was moved",
    ],
  });
}
