/**
 * Whether a cluster has its quorum, and which of its nodes are there: the answer of
 * `GET /cluster/status`; and whether it would have it with fewer nodes.
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

/** What decides whether some nodes of a cluster are its majority. */
export interface Votes {
  readonly left: number;
  readonly all: number;
  readonly quorate: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The votes of a cluster of which only some nodes are there; a connected QDevice votes as well.
 *
 * @param members The answer of `GET /cluster/config/nodes`.
 * @param qdevice The answer of `GET /cluster/config/qdevice`.
 * @returns Undefined where the votes are not known of each node.
 */
export function votesOf(
  nodes: readonly string[],
  online: readonly string[],
  members: readonly Fields[] | undefined,
  qdevice: Fields | undefined,
): Votes | undefined {
  const votes = new Map(
    (members ?? []).map((row) => [String(row.name ?? row.node), Number(row.quorum_votes ?? 1)]),
  );
  // One alone has no cluster whose configuration could say so.
  if (nodes.length > 1 && (!nodes.every((node) => votes.has(node)) || !qdevice)) return undefined;
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (votes.get(name) ?? 1), 0);
  const extra = /^connected/i.test(String(qdevice?.State ?? "")) ? 1 : 0;
  const [left, all] = [sum(online) + extra, sum(nodes) + extra];
  return { left, all, quorate: left * 2 > all };
}

/** `1 of 2 votes` */
export function votesText({ left, all }: Votes): string {
  return `${left} of ${counted(all, "vote")}`;
}
