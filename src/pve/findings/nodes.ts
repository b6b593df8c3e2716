/**
 * Whether the nodes that a request needs are there, the cluster has its quorum, and its release
 * knows the operation.
 *
 * @module
 */
import { operationFact } from "../api.ts";
import { goneWith9 } from "../before_9.ts";
import { readRow, readRows } from "../effects/read.ts";
import { quorumOf } from "../quorum.ts";
import { type Check, finding } from "./finding.ts";

/** Whether the node of the path and the target are online. */
export const nodesOnline: Check = async ({ operation, args }, state) => {
  const { params, proxyto } = operationFact(operation);
  const needed = [
    ...(proxyto === undefined ? [] : [args.node]),
    ...(params.target?.format === "pve-node" ? [args.target] : []),
  ].filter((node) => node !== undefined);
  if (needed.length === 0) return [];
  const rows = await readRows(state, "GET /nodes", {});
  if (!rows) return [];
  return [...new Set(needed.map(String))].flatMap((node) => {
    const row = rows.find((each) => each.node === node);
    if (row?.status === "online") return [];
    const what = row ? `${node} is ${row.status}` : `There is no node ${node}`;
    // Of one that sends no statistics it is not known; it may answer all the same.
    const verdict = row && row.status !== "offline" ? "warns" : "stops it";
    return [finding(verdict, what, "GET /nodes", {})];
  });
};

/** Whether the cluster has its quorum, without which nothing can be changed. */
export const quorum: Check = async ({ operation }, state) => {
  if (operationFact(operation).method === "GET") return [];
  const rows = await readRows(state, "GET /cluster/status", {});
  if (!rows || quorumOf(rows).quorate) return [];
  return [finding("stops it", "The cluster has no quorum", "GET /cluster/status", {})];
};

/** Whether the release has the operation, and all that is given to it. */
export const release: Check = async (request, state) => {
  const { since } = operationFact(request.operation);
  const gone = [...goneWith9(request).values()];
  if (since === undefined && gone.length === 0) return [];
  const version = await readRow(state, "GET /version", {});
  const found = Number.parseFloat(String(version?.version ?? version?.release));
  const problems = [
    ...(since !== undefined && found < Number.parseFloat(since)
      ? [`Proxmox VE ${version?.version} does not have it: it came with ${since}`]
      : []),
    ...(found >= 9 ? gone : []),
  ];
  return problems.map((what) => finding("stops it", what, "GET /version", {}));
};
