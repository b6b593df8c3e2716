/**
 * What pruning does to the backups of a storage. Source: PVE::API2::Storage::PruneBackups.
 *
 * @module
 */
import { keptBackups, parseRetention, type Retention } from "../../pve/retention.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Volume } from "../core/model.ts";
import { named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import { assertPrivilege } from "../guest/find.ts";

/** What becomes of one backup. */
export interface PruneMark {
  readonly volid: string;
  readonly ctime: number;
  readonly type: string;
  readonly vmid: number;
  readonly mark: "keep" | "remove" | "protected";
}

/** What a retention does to the backups of a storage. */
export function pruneMarks(
  cluster: Cluster,
  storage: string,
  node: string,
  retention: Retention,
  vmid?: number,
  type?: string,
): PruneMark[] {
  const groups = new Map<string, Volume[]>();
  for (const volume of cluster.storages.volumes(storage, node).values()) {
    if (!volume.backup || volume.vmid === undefined) continue;
    if (vmid !== undefined && volume.vmid !== vmid) continue;
    if (type !== undefined && volume.backup.type !== type) continue;
    const group = `${volume.backup.type}/${volume.vmid}`;
    groups.set(group, [...groups.get(group) ?? [], volume]);
  }
  return [...groups.values()].flatMap((volumes) => {
    const sorted = volumes.sort((a, b) => b.ctime - a.ctime);
    const keep = keptBackups(sorted.filter((volume) => !volume.protected), retention, 0);
    return sorted.map((volume) => ({
      volid: volume.volid,
      ctime: volume.ctime,
      type: volume.backup?.type ?? "unknown",
      vmid: volume.vmid ?? 0,
      mark: volume.protected ? "protected" : keep.has(volume.volid) ? "keep" : "remove",
    }));
  });
}

function marksOf(cluster: Cluster, call: Call): PruneMark[] {
  const storage = named(call, "storage");
  const definition = cluster.storages.require(storage, named(call, "node"));
  const written = text(call, "prune-backups") ?? definition["prune-backups"];
  if (written === undefined) {
    throw failed(`no prune-backups options configured for storage '${storage}'`);
  }
  const retention = parseRetention(String(written));
  return pruneMarks(
    cluster,
    storage,
    named(call, "node"),
    retention,
    number(call, "vmid"),
    text(call, "type"),
  );
}

function prune(cluster: Cluster, call: Call): string {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const vmid = text(call, "vmid");
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.Allocate");
  const marks = marksOf(cluster, call);
  return cluster.startTask({
    node,
    type: "prunebackups",
    id: vmid === undefined ? storage : `${vmid}@${storage}`,
    user: call.user,
    ms: 1_000,
    log: marks.map(({ volid, mark }) => `${mark} ${volid}`),
    finish: () => {
      for (const { volid, mark } of marks) {
        if (mark === "remove") cluster.storages.remove(volid, node);
      }
    },
  });
}

/** Handlers of retention. */
export const handlers: Handlers = {
  "GET /nodes/{node}/storage/{storage}/prunebackups": marksOf,
  "DELETE /nodes/{node}/storage/{storage}/prunebackups": prune,
};
