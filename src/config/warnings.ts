/**
 * Warns of variables that look like settings and have no effect.
 *
 * @module
 */
import { nearest } from "../base/text/nearest.ts";
import { NAME, settingWith } from "./cluster_names.ts";
import { CLUSTER_SETTINGS, scopeOf, SETTING_NAMES } from "./names.ts";
import { OTHER_NAMES } from "./other_names.ts";
import { type Environment, variableOf, variablePart } from "./source.ts";

const PREFIX = "PROXMOX_";

function isSet(environment: Environment, name: string): boolean {
  return (environment.get(name)?.trim() ?? "") !== "";
}

/** The clusters whose names are nearly what stands in front of a setting: `LAP_HOST` beside `lab`. */
function misspeltClusters(key: string, clusters: readonly string[]): string[] {
  const parts = clusters.map(variablePart);
  return CLUSTER_SETTINGS.filter((own) => key.endsWith(`_${own}`)).flatMap((own) =>
    nearest(key.slice(0, -own.length - 1), parts).map((part) => `${part}_${own}`)
  );
}

function noEffect(name: string, meant: string, hint = ""): string {
  return `${name} is not a setting and has no effect. Did you mean ${meant}?${
    hint && ` (${hint})`
  }`;
}

/** What other programs read: asked for by name, as Deno may not let the environment be listed. */
function ofOthers(environment: Environment, clusters: readonly string[]): Map<string, string> {
  const owners = [undefined, ...clusters];
  return new Map(owners.flatMap((cluster) => {
    const prefix = cluster === undefined ? PREFIX : `${PREFIX}${variablePart(cluster)}_`;
    return Object.entries(OTHER_NAMES).flatMap(([other, [key, hint]]) => {
      const name = `${prefix}${other}`;
      if (!isSet(environment, name)) return [];
      return [[name, noEffect(name, variableOf(key, cluster ?? clusters[0]), hint)] as const];
    });
  }));
}

/** Of variables whose names are nearly those of settings. */
function misspelt(names: readonly string[], clusters: readonly string[]): string[] {
  const known = [
    ...SETTING_NAMES.map((key) => variableOf(key)),
    ...clusters.flatMap((name) => CLUSTER_SETTINGS.map((key) => variableOf(key, name))),
  ].map((name) => name.slice(PREFIX.length));
  return names.flatMap((name) => {
    const key = name.slice(PREFIX.length);
    const [best] = known.includes(key)
      ? []
      : [...misspeltClusters(key, clusters), ...nearest(key, known)];
    return best === undefined ? [] : [noEffect(name, `${PREFIX}${best}`)];
  });
}

/** Of what would be the only cluster's, where each has its own. */
function withoutCluster(environment: Environment, clusters: readonly string[]): string[] {
  const [first] = clusters;
  if (first === undefined) return [];
  return CLUSTER_SETTINGS.filter((key) =>
    scopeOf(key) === "own" && isSet(environment, variableOf(key))
  ).map((key) =>
    `${variableOf(key)} has no effect beside PROXMOX_CLUSTERS. Did you mean ${
      variableOf(key, first)
    }?`
  );
}

/** The part of a variable that would be a cluster's name: `HOME` of `PROXMOX_HOME_HOST`. */
function clusterPart(name: string): string | undefined {
  const key = name.slice(PREFIX.length);
  return CLUSTER_SETTINGS.filter((own) => key.endsWith(`_${own}`))
    .map((own) => key.slice(0, -own.length - 1))
    .find((part) => NAME.test(clusterOf(part)) && settingWith(part) === undefined);
}

/** `HOME_2` → `home-2` */
function clusterOf(part: string): string {
  return part.toLowerCase().replaceAll("_", "-");
}

/**
 * The clusters that variables are about though nothing names them, with those variables: what has a
 * host of its own is meant as one.
 */
function unnamedClusters(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(SETTING_NAMES.map((key) => variableOf(key)));
  const byPart = Map.groupBy(
    names.filter((name) => !known.has(name)),
    (name) => clusterPart(name) ?? "",
  );
  return new Map(
    [...byPart].filter(([part, own]) => part !== "" && own.includes(`${PREFIX}${part}_HOST`))
      .map(([part, own]) => [clusterOf(part), own]),
  );
}

function unnamedText(clusters: readonly string[]): string {
  const variables = clusters.map((name) => `${PREFIX}${variablePart(name)}_…`).join(" and ");
  return `${variables} have no effect without the names of the clusters. Add ${PREFIX}CLUSTERS=${
    clusters.join(",")
  }`;
}

/**
 * What is probably a mistake.
 *
 * @param clusters Names of clusters as they are given, wrong ones among them.
 */
export function settingWarnings(environment: Environment, clusters: readonly string[]): string[] {
  const listed = environment.names().filter((name) => name.startsWith(PREFIX));
  const unnamed = clusters.length > 0 ? new Map<string, string[]>() : unnamedClusters(listed);
  const others = ofOthers(environment, clusters);
  const told = new Set([...others.keys(), ...[...unnamed.values()].flat()]);
  return [
    ...(unnamed.size === 0 ? [] : [unnamedText([...unnamed.keys()].sort())]),
    ...others.values(),
    ...misspelt(listed.filter((name) => !told.has(name)), clusters),
    ...withoutCluster(environment, clusters),
  ];
}
