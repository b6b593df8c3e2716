/**
 * What workers of migrations write: lines with their moment, and why one was given up. Source:
 * PVE::AbstractMigrate.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { TaskFailure } from "../core/tasks.ts";
import type { Obstacle } from "./migration_plan.ts";

/** The failure of a migration, whose reason stands in the log alone. */
export function aborted(cluster: Cluster, { error, lines }: Obstacle): TaskFailure {
  return new TaskFailure(
    "migration aborted",
    dated(cluster, [
      ...lines,
      ...(lines.length > 0 ? ["aborting phase 1 - cleanup resources"] : []),
      `ERROR: migration aborted (duration 00:00:01): ${error}`,
    ]),
  );
}

/** Messages with the moment before each, as a migration's worker writes them. */
export function dated(cluster: Cluster, lines: readonly string[]): string[] {
  const moment = new Date(cluster.now() * 1000).toISOString().slice(0, 19).replace("T", " ");
  return lines.flatMap((line) => `${moment} ${line}`.split("\n"));
}
