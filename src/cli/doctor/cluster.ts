/**
 * Checks the quorum and the nodes of the cluster, as the first host that answers sees them.
 *
 * @module
 */
import type { PveClient } from "../../pve/client.ts";
import { failureFinding } from "./account.ts";
import type { Finding } from "./finding.ts";

interface StatusEntry {
  readonly type: "cluster" | "node";
  readonly name: string;
  readonly quorate?: number;
  readonly online?: number;
  readonly local?: number;
}

/** Which node answered, and of which cluster it is. */
export interface Membership {
  readonly cluster: string | undefined;
  readonly node: string | undefined;
  readonly entries: readonly StatusEntry[];
}

/** Asks a host which cluster it belongs to; needs Sys.Audit on /. */
export async function membershipOf(pve: PveClient): Promise<Membership> {
  const entries = (await pve.request("GET /cluster/status", {})).data as readonly StatusEntry[];
  return {
    cluster: entries.find(({ type }) => type === "cluster")?.name,
    node: entries.find(({ type, local }) => type === "node" && local === 1)?.name,
    entries,
  };
}

/** Whether the cluster has its quorum and all its nodes. */
export async function clusterFinding(pve: PveClient): Promise<Finding> {
  const check = "Cluster";
  let membership: Membership;
  try {
    membership = await membershipOf(pve);
  } catch (error) {
    const finding = failureFinding(check, error);
    return { ...finding, status: "warn", text: `cannot be looked at: ${finding.text}` };
  }
  const { cluster, entries } = membership;
  const nodes = entries.filter(({ type }) => type === "node");
  const offline = nodes.filter(({ online }) => online !== 1).map(({ name }) => name);
  const name = cluster === undefined ? "a single node" : `"${cluster}", ${nodes.length} nodes`;
  if (entries.some(({ type, quorate }) => type === "cluster" && quorate !== 1)) {
    return {
      check,
      status: "fail",
      text: `${name}, without quorum: nothing can be changed`,
      fix: "Bring the missing nodes back: `pvecm status` on a node shows which are there",
    };
  }
  if (offline.length > 0) {
    return {
      check,
      status: "warn",
      text: `${name}, offline: ${offline.join(", ")}`,
      fix: "What is on them cannot be reached until they are back",
    };
  }
  return { check, status: "ok", text: `${name}, all online` };
}
