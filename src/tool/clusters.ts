/**
 * The clusters that one server reaches. A call is about one of them; lists go over all.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { Whose } from "./server_rights.ts";
import type { Services } from "./services.ts";

/** Each by the name that the settings give it, in their order; the only one may have none. */
export type Clusters = ReadonlyMap<string, Services>;

/** One cluster, which nobody has to name. */
export function oneCluster(services: Services): Clusters {
  return new Map([["", services]]);
}

/** The settings of each cluster, which are known before anything of it is loaded. */
export type ClusterConfigs = ReadonlyMap<string, Pick<Services, "config">>;

/** What is the same for all clusters, of any of them. */
export function anyOf<T>(clusters: ReadonlyMap<string, T>): T {
  const [first] = clusters.values();
  if (!first) throw new TypeError("Cannot serve without a cluster");
  return first;
}

/** What the settings of all clusters together allow: what any of them does. */
export function allowedByAny(
  clusters: ClusterConfigs,
): { readonly readOnly: boolean; readonly elevated: boolean; readonly plans: boolean } {
  const configs = [...clusters.values()].map(({ config }) => config);
  return {
    readOnly: configs.every(({ readOnly }) => readOnly),
    elevated: configs.some(({ allowElevated }) => allowElevated),
    plans: configs.some(({ readOnly, allowElevated, confirm }) =>
      !readOnly && allowElevated && confirm === "plan"
    ),
  };
}

/** Whose settings advice names while it is not known which cluster it is about: of several, none's. */
export function whoseOfAny(clusters: ClusterConfigs): Whose {
  const { config } = anyOf(clusters);
  return clusters.size === 1 ? config : defined({ tokenOrigin: config.tokenOrigin });
}
