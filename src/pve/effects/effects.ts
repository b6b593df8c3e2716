/**
 * The one table of effects: what each operation that changes something takes away, from whom and
 * when. Confirmation, protection, annotations, audit and documents derive from it.
 *
 * @module
 */
import type { Operation } from "../api.ts";
import type { Args } from "../encode.ts";
import { rightEffects } from "./access_rights.ts";
import { userEffects } from "./access_users.ts";
import { backupEffects } from "./backup_effects.ts";
import { bulkEffects } from "./bulk_effects.ts";
import { cephEffects } from "./ceph.ts";
import { clusterConfigEffects } from "./cluster_config.ts";
import { clusterHardwareEffects } from "./cluster_hardware.ts";
import { containerEffects } from "./container_effects.ts";
import { contentEffects } from "./content_effects.ts";
import type { Consequence, CurrentState, Effect, EffectTable, OperationEffects } from "./effect.ts";
import { firewallEffects } from "./firewall.ts";
import { guestEffects } from "./guest_effects.ts";
import { haResourceEffects } from "./ha_resources.ts";
import { haRuleEffects } from "./ha_rules.ts";
import { nodeDiskEffects } from "./node_disks.ts";
import { nodeNetworkEffects } from "./node_network.ts";
import { nodeServiceEffects } from "./node_services.ts";
import { nodeSettingEffects } from "./node_settings.ts";
import { notificationEffects } from "./notifications.ts";
import { poolEffects } from "./pool_effects.ts";
import { replicationEffects } from "./replication_effects.ts";
import { sdnEffects } from "./sdn.ts";
import { storageEffects } from "./storage_effects.ts";
import { vmEffects } from "./vm_effects.ts";

/** Effects of all operations that change something; one that is missing is a type error. */
export const EFFECTS: EffectTable = {
  ...backupEffects,
  ...bulkEffects,
  ...cephEffects,
  ...clusterConfigEffects,
  ...clusterHardwareEffects,
  ...containerEffects,
  ...contentEffects,
  ...firewallEffects,
  ...guestEffects,
  ...haResourceEffects,
  ...haRuleEffects,
  ...nodeDiskEffects,
  ...nodeNetworkEffects,
  ...nodeServiceEffects,
  ...nodeSettingEffects,
  ...notificationEffects,
  ...poolEffects,
  ...replicationEffects,
  ...rightEffects,
  ...sdnEffects,
  ...storageEffects,
  ...userEffects,
  ...vmEffects,
};

const BY_OPERATION: Readonly<Partial<Record<Operation, OperationEffects>>> = EFFECTS;

function effectsOf(operation: Operation): readonly Effect[] {
  const effects = BY_OPERATION[operation];
  return effects !== undefined && "map" in effects ? effects : [];
}

/** What a request with these arguments does to what is there now. */
export async function judge(
  operation: Operation,
  args: Args,
  state: CurrentState,
): Promise<readonly Consequence[]> {
  const found = await Promise.all(effectsOf(operation).map((each) => each.judge(args, state)));
  return found.flat();
}

/** Whether an operation may take something away: always, by some of its parameters, or never. */
export function whenTaking(operation: Operation): "always" | "by text" | readonly string[] {
  const effects = BY_OPERATION[operation];
  if (effects !== undefined && "mayTake" in effects) return "by text";
  const ways = effectsOf(operation);
  if (ways.some(({ by }) => by === undefined)) return "always";
  return [...new Set(ways.flatMap(({ by = [] }) => by))];
}

/** True for a parameter that `names` has as such, or as one of a numbered kind: `net0`, `net[n]`. */
export function isNamed(name: string, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(name.replace(/(?<!\d)\d+$/, "[n]"));
}
