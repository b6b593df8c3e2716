/**
 * Who may see a volume and who may change it. Source: PVE::Storage::check_volume_access.
 *
 * @module
 */
import { mayAny, privilegesOn } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Volume } from "../core/model.ts";
import { forbidden } from "../core/refusal.ts";
import { splitVolid } from "./storages.ts";

/** True when a caller may handle the disks or backups of the guest that a volume belongs to. */
function mayAsOwner(cluster: Cluster, user: string, { vmid, content }: Volume): boolean {
  const needed = content === "backup" ? "VM.Backup" : "VM.Config.Disk";
  return vmid !== undefined && mayAny(cluster, user, `/vms/${vmid}`, [needed]);
}

/** True when a caller may see a volume: its guest's disks, or all of the storage. */
export function maySee(cluster: Cluster, user: string, volume: Volume): boolean {
  const { storage } = splitVolid(volume.volid);
  const on = privilegesOn(cluster, user, `/storage/${storage}`);
  if (on.has("Datastore.Allocate")) return true;
  if (/^(?:iso|vztmpl|import|snippets)$/.test(volume.content)) {
    return on.has("Datastore.Audit") || on.has("Datastore.AllocateSpace");
  }
  const needed = volume.content === "backup" ? "Datastore.AllocateSpace" : "Datastore.Audit";
  return on.has(needed) && mayAsOwner(cluster, user, volume);
}

/** Refuses a caller that may neither use the storage so, nor handle the volume of its guest. */
export function assertMay(cluster: Cluster, call: Call, volume: Volume, privilege: string): void {
  const { storage } = splitVolid(volume.volid);
  const on = privilegesOn(cluster, call.user, `/storage/${storage}`);
  if (on.has(privilege)) return;
  if (on.has("Datastore.AllocateSpace") && mayAsOwner(cluster, call.user, volume)) return;
  throw forbidden(`/storage/${storage}, ${privilege}`);
}
