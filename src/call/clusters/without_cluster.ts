/**
 * The error of a call that names no cluster, and nothing by which one could be found.
 *
 * @module
 */
import { ToolError } from "../../tool/answer.ts";
import type { Clusters } from "../../tool/clusters.ts";
import { CLUSTER } from "./address.ts";

/** A call that is about nothing by which its cluster could be found. */
export function withoutCluster(
  clusters: Clusters,
  label: string,
  param: string = CLUSTER,
): ToolError {
  const names = [...clusters.keys()];
  const missing = param === CLUSTER
    ? "is missing: the name of one of them"
    : `is missing: ${
      names.map((name) => `${name}/…`).join(" or ")
    }; proxmox_node action=list shows the nodes of all`;
  return new ToolError(`Cannot call ${label} without a cluster`, {
    reason: `This server reaches ${names.join(", ")}`,
    parameters: { [param]: missing },
    notes: ["Nothing was done"],
  });
}
