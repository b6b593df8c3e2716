/**
 * Nodes of other clusters, as a call names them: `lab/pve1`.
 *
 * @module
 */
import { quorumOf } from "../../pve/quorum.ts";
import type { Row } from "../../tool/answer.ts";
import type { OtherCluster, ReadContext } from "../../tool/context.ts";

/** A node of another cluster. */
export interface RemoteNode {
  readonly cluster: OtherCluster;
  readonly node: string;
}

/**
 * What is read of both clusters before and after a guest moves from one to the other: only who moves
 * one needs the privileges.
 */
export const REMOTE_READS = [
  "GET /cluster/nextid",
  "GET /cluster/replication",
  "GET /cluster/status",
  "GET /nodes/{node}/{type}/{vmid}/config",
  "GET /nodes/{node}/{type}/{vmid}/snapshot",
  "GET /nodes/{node}/certificates/info",
  "GET /nodes/{node}/network",
  "GET /nodes/{node}/storage",
  "GET /version",
] as const;

/** The node of another cluster that a name names in full. */
export function namedNode({ others }: ReadContext, target: string): RemoteNode | undefined {
  const [name = "", node = ""] = target.split("/");
  const cluster = others.get(name.toLowerCase());
  return cluster && node !== "" ? { cluster, node } : undefined;
}

/**
 * The node of another cluster that a name names: the cluster alone stands for the node that answers
 * for it, where this cluster has no node of that name.
 */
export async function remoteNode(
  context: ReadContext,
  target: string,
): Promise<RemoteNode | undefined> {
  const named = namedNode(context, target);
  const cluster = context.others.get(target.toLowerCase());
  if (named || !cluster) return named;
  const { data } = await context.request("GET /nodes", {});
  if ((data as readonly Row[]).some(({ node }) => node === target)) return undefined;
  const { local } = quorumOf((await cluster.request("GET /cluster/status", {})).data);
  return local === undefined ? undefined : { cluster, node: local };
}

/** The name of a node of this cluster without that of the cluster. */
export function withoutCluster({ cluster }: ReadContext, target: string): string {
  return cluster !== undefined && target.toLowerCase().startsWith(`${cluster}/`)
    ? target.slice(cluster.length + 1)
    : target;
}
