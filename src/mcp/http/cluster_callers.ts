/**
 * Callers with rights of their own in several clusters: a header names the one that their token is
 * of, and no other hears of it.
 *
 * @module
 */
import { type Callers, type Claim, CLUSTER_HEADER, type Refusal } from "./caller.ts";

/** Tells callers apart by their clusters, then as each cluster does. */
export class ClusterCallers implements Callers {
  /** @param byCluster Those of each cluster, by its name. */
  constructor(private readonly byCluster: ReadonlyMap<string, Callers>) {}

  claimOf(authorization: string | null, cluster: string | null): Promise<Claim | Refusal> {
    const callers = this.byCluster.get(cluster?.trim().toLowerCase() ?? "");
    if (callers) return callers.claimOf(authorization, cluster);
    const names = [...this.byCluster.keys()].join(", ");
    return Promise.resolve({ status: 400, reason: `${CLUSTER_HEADER} names none of ${names}` });
  }
}
