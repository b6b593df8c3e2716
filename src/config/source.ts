/**
 * Where settings come from: the variables of the process, or those of one of several clusters.
 *
 * @module
 */
import { scopeOf, type SettingName } from "./names.ts";

/** What reads the files that settings name. */
export interface FileReader {
  readFile(path: string): string;
  /** Who may use a file, in bits, where its system has such. */
  modeOf?(path: string): number | undefined;
}

/** The environment as the program sees it. */
export interface Environment extends FileReader {
  get(name: string): string | undefined;
  /** All visible names, or none where they cannot be listed. */
  names(): string[];
  /** The file of settings, where one stands behind the variables. */
  readonly file?: SettingsFile | undefined;
}

/** A file of settings. */
export interface SettingsFile {
  readonly path: string;
  /** What is wrong with it, apart from the values. */
  readonly problems: readonly string[];
  /** It could be read at all. */
  readonly isRead: boolean;
  /** Variables that it takes secrets from. */
  readonly holders: ReadonlySet<string>;
  /** Where in the file a setting stands, or would: `clusters.lab.host`; not one of a variable. */
  place(key: SettingName, cluster: string | undefined): string | undefined;
}

/** Where the settings of the process, or of a cluster, come from. */
export interface Source extends FileReader {
  /** The variable that a setting is read from, or would be: `PROXMOX_LAB_HOST`. */
  variable(key: SettingName): string;
  /** What a message calls a setting: its variable, or its place in the file. */
  place(key: SettingName): string;
  /** Whether a setting is the default of all clusters, in place of one of this cluster's own. */
  inherits(key: SettingName): boolean;
  get(key: SettingName): string | undefined;
}

/** The variable of a setting: of the process, or of the cluster of this name. */
export function variableOf(key: SettingName, cluster?: string): string {
  return cluster === undefined || scopeOf(key) === "process"
    ? `PROXMOX_${key}`
    : `PROXMOX_${variablePart(cluster)}_${key}`;
}

/** A cluster's name within its variables: `LAB_2` */
export function variablePart(cluster: string): string {
  return cluster.toUpperCase().replaceAll("-", "_");
}

/** The settings of one of several clusters; without a name those of the process, or of the only one. */
export function sourceOf(environment: Environment, cluster?: string): Source {
  const isSet = (name: string): boolean => (environment.get(name)?.trim() ?? "") !== "";
  const inherits = (key: SettingName): boolean =>
    cluster !== undefined && scopeOf(key) === "cluster" &&
    !isSet(variableOf(key, cluster)) && isSet(variableOf(key));
  const owner = (key: SettingName): string | undefined => inherits(key) ? undefined : cluster;
  const variable = (key: SettingName): string => variableOf(key, owner(key));
  return {
    inherits,
    variable,
    place: (key) => environment.file?.place(key, owner(key)) ?? variable(key),
    get: (key) => environment.get(variable(key)),
    readFile: (path) => environment.readFile(path),
    modeOf: (path) => environment.modeOf?.(path),
  };
}
