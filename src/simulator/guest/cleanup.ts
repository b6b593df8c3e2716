/**
 * Removes what refers to a destroyed guest, and gives a clone the firewall of its source.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Cluster } from "../core/cluster.ts";
import { purgeFromRules } from "../ha/services.ts";

/** Removes what goes with every destroyed guest: its firewall and its ACL. */
export function removeReferences(cluster: Cluster, vmid: number): void {
  const place = `guest/${vmid}`;
  cluster.table("firewall.rules").delete(place);
  cluster.table("firewall.options").delete(place);
  cluster.table(`firewall.aliases/${place}`).clear();
  cluster.table(`firewall.ipset/${place}`).clear();
  cluster.table("access.acl").delete(`/vms/${vmid}`);
}

/** Gives a clone the firewall of its source. */
export function copyFirewall(cluster: Cluster, from: number, to: number): void {
  const [source, target] = [`guest/${from}`, `guest/${to}`];
  const tables = [
    cluster.table("firewall.rules"),
    cluster.table("firewall.options"),
  ] as Map<string, unknown>[];
  for (const table of tables) {
    if (table.has(source)) table.set(target, structuredClone(table.get(source)));
  }
  for (const kind of ["aliases", "ipset"] as const) {
    const copies: Map<string, unknown> = cluster.table(`firewall.${kind}/${target}`);
    for (const [name, entry] of cluster.table(`firewall.${kind}/${source}`)) {
      copies.set(name, structuredClone(entry));
    }
  }
}

/** Removes a guest from HA, replication and backup jobs, as `purge` asks for. */
export function purgeGuest(cluster: Cluster, vmid: number): void {
  for (const sid of [`vm:${vmid}`, `ct:${vmid}`]) {
    if (cluster.table("ha.resources").delete(sid)) purgeFromRules(cluster, sid);
  }
  for (const id of [...cluster.table("replication").keys()]) {
    if (id.startsWith(`${vmid}-`)) cluster.table("replication").delete(id);
  }
  for (const job of cluster.table("backup.jobs").values()) {
    for (const key of ["vmid", "exclude"]) {
      if (job[key] === undefined) continue;
      job[key] = splitList(job[key]).filter((each) => each !== String(vmid)).join(",");
    }
  }
}
