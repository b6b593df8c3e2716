/**
 * Which backups a retention keeps. Source: PVE::Storage::prune_mark_backup_group.
 *
 * @module
 */
import { parsePropertyString } from "../../pve/formats.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Volume } from "../core/model.ts";
import { assertPrivilege, type ClusterHandlers } from "../guest/find.ts";
import { named, number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import type { Call } from "../types.ts";

/** How many backups of each kind stay. */
export type Retention = Readonly<Record<string, string>>;

/** What becomes of one backup. */
export interface PruneMark {
  readonly volid: string;
  readonly ctime: number;
  readonly type: string;
  readonly vmid: number;
  readonly mark: "keep" | "remove" | "protected";
}

/** A retention as it is written, or undefined. */
export function retentionOf(written: string | undefined): Retention | undefined {
  return written === undefined ? undefined : parsePropertyString("prune-backups", written);
}

function weekOf(date: Date): string {
  const day = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - day) * 86_400_000);
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}/${Math.floor((thursday.getTime() - start) / 604_800_000)}`;
}

/** Names of the period that a backup falls into, in the order in which PVE applies the rules. */
const PERIODS: readonly (readonly [rule: string, period: (volume: Volume) => string])[] = [
  ["keep-last", (volume) => volume.volid],
  ["keep-hourly", ({ ctime }) => isoOf(ctime).slice(0, 13)],
  ["keep-daily", ({ ctime }) => isoOf(ctime).slice(0, 10)],
  ["keep-weekly", ({ ctime }) => weekOf(new Date(ctime * 1000))],
  ["keep-monthly", ({ ctime }) => isoOf(ctime).slice(0, 7)],
  ["keep-yearly", ({ ctime }) => isoOf(ctime).slice(0, 4)],
];

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** Volume ids of one guest's backups that a retention keeps; newest first. */
function kept(volumes: readonly Volume[], retention: Retention): Set<string> {
  const all = new Set(volumes.map(({ volid }) => volid));
  const counts = PERIODS.map(([rule]) => Number(retention[rule] ?? 0));
  if (retention["keep-all"] === "1" || counts.every((count) => count === 0)) return all;
  const keep = new Set<string>();
  PERIODS.forEach(([, period], index) => {
    const covered = new Set(
      volumes.filter(({ volid }) => keep.has(volid)).map((volume) => period(volume)),
    );
    let left = counts[index] ?? 0;
    for (const volume of volumes) {
      if (left === 0) break;
      if (keep.has(volume.volid) || covered.has(period(volume))) continue;
      covered.add(period(volume));
      keep.add(volume.volid);
      left -= 1;
    }
  });
  return keep;
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
    const keep = kept(sorted.filter((volume) => !volume.protected), retention);
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
  const retention = retentionOf(String(written)) ?? {};
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
export const pruneHandlers: ClusterHandlers = {
  "GET /nodes/{node}/storage/{storage}/prunebackups": marksOf,
  "DELETE /nodes/{node}/storage/{storage}/prunebackups": prune,
};
