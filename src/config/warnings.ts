/**
 * Warns of variables that look like settings and have no effect.
 *
 * @module
 */
import { nearest } from "../base/text/nearest.ts";
import { CLUSTER_SETTINGS, scopeOf, SETTING_NAMES } from "./names.ts";
import { type Environment, variableOf, variablePart } from "./source.ts";

/** The clusters whose names are nearly what stands in front of a setting: `LAP_HOST` beside `lab`. */
function misspeltClusters(key: string, clusters: readonly string[]): string[] {
  const parts = clusters.map(variablePart);
  return CLUSTER_SETTINGS.filter((own) => key.endsWith(`_${own}`)).flatMap((own) =>
    nearest(key.slice(0, -own.length - 1), parts).map((part) => `${part}_${own}`)
  );
}

/** Of variables whose names are nearly those of settings. */
function misspelt(names: readonly string[], clusters: readonly string[]): string[] {
  const prefix = "PROXMOX_";
  const known = [
    ...SETTING_NAMES.map((key) => variableOf(key)),
    ...clusters.flatMap((name) => CLUSTER_SETTINGS.map((key) => variableOf(key, name))),
  ].map((name) => name.slice(prefix.length));
  return names.filter((name) => name.startsWith(prefix)).flatMap((name) => {
    const key = name.slice(prefix.length);
    const [best] = known.includes(key)
      ? []
      : [...misspeltClusters(key, clusters), ...nearest(key, known)];
    return best === undefined
      ? []
      : [`${name} is not a setting and has no effect. Did you mean ${prefix}${best}?`];
  });
}

/** Of what would be the only cluster's, where each has its own. */
function withoutCluster(environment: Environment, clusters: readonly string[]): string[] {
  const [first] = clusters;
  if (first === undefined) return [];
  return CLUSTER_SETTINGS.filter((key) =>
    scopeOf(key) === "own" && (environment.get(variableOf(key))?.trim() ?? "") !== ""
  ).map((key) =>
    `${variableOf(key)} has no effect beside PROXMOX_CLUSTERS. Did you mean ${
      variableOf(key, first)
    }?`
  );
}

/** What is probably a mistake. */
export function settingWarnings(environment: Environment, clusters: readonly string[]): string[] {
  return [...misspelt(environment.names(), clusters), ...withoutCluster(environment, clusters)];
}
