/**
 * Checks the quorum and the nodes of the cluster, as the first host that answers sees them.
 *
 * @module
 */
import { some } from "../../base/text/units.ts";
import type { PveClient } from "../../pve/client.ts";
import { onlineText, type Quorum, quorumLoss, quorumOf } from "../../pve/quorum.ts";
import { failureFinding } from "./account.ts";
import type { Finding } from "./finding.ts";

/** Asks a host which cluster it belongs to; needs Sys.Audit on /. */
export async function membershipOf(pve: PveClient): Promise<Quorum> {
  return quorumOf((await pve.request("GET /cluster/status", {})).data);
}

/** Whether the cluster has its quorum and all its nodes. */
export async function clusterFinding(pve: PveClient): Promise<Finding> {
  const check = "Cluster";
  let membership: Quorum;
  try {
    membership = await membershipOf(pve);
  } catch (error) {
    const finding = failureFinding(check, error);
    return { ...finding, status: "warn", text: `cannot be looked at: ${finding.text}` };
  }
  const { cluster, offline } = membership;
  const name = cluster === undefined ? "a single node" : `"${cluster}", ${onlineText(membership)}`;
  const loss = quorumLoss(membership);
  if (loss !== undefined) {
    return {
      check,
      status: "fail",
      text: `${name}; quorum ${loss}`,
      fix: "Bring the missing nodes back: `pvecm status` on a node shows which are there",
    };
  }
  if (offline.length > 0) {
    return {
      check,
      status: "warn",
      text: `${name}; offline: ${some(offline)}`,
      fix: "What is on them cannot be reached until they are back",
    };
  }
  return { check, status: "ok", text: name };
}
