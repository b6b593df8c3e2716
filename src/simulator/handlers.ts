/**
 * Everything that the embedded PVE answers, by operation.
 *
 * @module
 */
import type { ClusterHandler } from "./core/cluster.ts";
import { clusterHandlers } from "./cluster/overview.ts";
import { agentHandlers } from "./guest/agent.ts";
import { bulkHandlers } from "./guest/bulk.ts";
import { cloneHandlers } from "./guest/clone.ts";
import { cloudinitHandlers } from "./guest/cloudinit.ts";
import { configHandlers } from "./guest/configure.ts";
import { consoleHandlers } from "./guest/consoles.ts";
import { createHandlers } from "./guest/create.ts";
import { destroyHandlers } from "./guest/destroy.ts";
import type { ClusterHandlers } from "./guest/find.ts";
import { listHandlers } from "./guest/lists.ts";
import { migrateHandlers } from "./guest/migrate.ts";
import { monitorHandlers } from "./guest/monitor.ts";
import { networkHandlers } from "./guest/network.ts";
import { powerHandlers } from "./guest/power.ts";
import { snapshotHandlers } from "./guest/snapshots.ts";
import { templateHandlers } from "./guest/template.ts";
import { volumeHandlers } from "./guest/volumes.ts";
import { indexHandlers } from "./core/indexes.ts";
import { nodeStatusHandlers } from "./node/status.ts";
import { taskHandlers } from "./node/tasks.ts";
import { resourceHandlers } from "./resources.ts";
import { rrdHandlers } from "./node/rrd.ts";
import { contentHandlers } from "./storage/content.ts";
import { definitionHandlers } from "./storage/definitions.ts";
import { fileRestoreHandlers } from "./storage/file_restore.ts";
import { pruneHandlers } from "./storage/prune.ts";
import { transferHandlers } from "./storage/transfers.ts";
import { vzdumpHandlers } from "./storage/vzdump.ts";

const GROUPS: readonly ClusterHandlers[] = [
  clusterHandlers,
  nodeStatusHandlers,
  taskHandlers,
  listHandlers,
  powerHandlers,
  configHandlers,
  snapshotHandlers,
  templateHandlers,
  agentHandlers,
  bulkHandlers,
  cloneHandlers,
  cloudinitHandlers,
  consoleHandlers,
  createHandlers,
  destroyHandlers,
  migrateHandlers,
  monitorHandlers,
  networkHandlers,
  volumeHandlers,
  rrdHandlers,
  contentHandlers,
  definitionHandlers,
  fileRestoreHandlers,
  pruneHandlers,
  transferHandlers,
  vzdumpHandlers,
  resourceHandlers,
];

/** Handlers by operation. */
export function allHandlers(): Map<string, ClusterHandler> {
  const handlers = new Map<string, ClusterHandler>();
  for (const group of GROUPS) {
    for (const [operation, handler] of Object.entries(group)) handlers.set(operation, handler);
  }
  const indexes = indexHandlers(new Set(handlers.keys()));
  for (const [operation, handler] of Object.entries(indexes)) handlers.set(operation, handler);
  return handlers;
}
