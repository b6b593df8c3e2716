/**
 * Names the variable by which a setting of a call's cluster can be changed.
 *
 * @module
 */
import type { ClusterSetting } from "../config/names.ts";
import { variableOf } from "../config/source.ts";
import type { Services } from "./services.ts";

/** `PROXMOX_READ_ONLY`; of one of several clusters `PROXMOX_LAB_READ_ONLY`. */
export function settingOf({ cluster }: Pick<Services, "cluster">, key: ClusterSetting): string {
  return variableOf(key, cluster);
}
