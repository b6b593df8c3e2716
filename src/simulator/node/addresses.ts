/**
 * The addresses of the nodes, by their place in the cluster.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";

function lastPart(cluster: Pick<Cluster, "nodeNames">, node: string): number {
  return 11 + cluster.nodeNames().indexOf(node);
}

/** Address of a node where clients reach it. */
export function addressOf(cluster: Pick<Cluster, "nodeNames" | "site">, node: string): string {
  return `${cluster.site.network}.${lastPart(cluster, node)}`;
}

/** Address of a node in the network of Ceph and Corosync. */
export function storageAddressOf(cluster: Pick<Cluster, "nodeNames">, node: string): string {
  return `10.10.10.${lastPart(cluster, node)}`;
}
