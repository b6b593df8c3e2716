/**
 * Whether a cluster has its quorum, and which of its nodes are there: the answer of
 * `GET /cluster/status`.
 *
 * @module
 */
import { counted } from "../base/text/units.ts";

interface StatusEntry {
  readonly type: "cluster" | "node";
  readonly name: string;
  readonly quorate?: number;
  readonly online?: number;
  readonly local?: number;
}

/** What a cluster says of itself. */
export interface Quorum {
  /** The cluster's name; undefined for a node by itself. */
  readonly cluster: string | undefined;
  readonly quorate: boolean;
  readonly nodes: readonly string[];
  readonly offline: readonly string[];
  /** The node that answered. */
  readonly local: string | undefined;
}

/** What the answer of `GET /cluster/status` says; a node by itself always has its quorum. */
export function quorumOf(data: unknown): Quorum {
  const entries = data as readonly StatusEntry[];
  const cluster = entries.find(({ type }) => type === "cluster");
  const nodes = entries.filter(({ type }) => type === "node");
  return {
    cluster: cluster?.name,
    quorate: cluster === undefined || cluster.quorate === 1,
    nodes: nodes.map(({ name }) => name),
    offline: nodes.filter(({ online }) => online !== 1).map(({ name }) => name),
    local: nodes.find(({ local }) => local === 1)?.name,
  };
}

/** `2 of 3 nodes online` */
export function onlineText({ nodes, offline }: Quorum): string {
  return `${nodes.length - offline.length} of ${counted(nodes.length, "node")} online`;
}

/** What a cluster without quorum suffers; undefined for one that has it. */
export function quorumLoss({ quorate }: Quorum): string | undefined {
  return quorate ? undefined : "lost: nothing can be changed, and nodes under HA restart";
}
