/**
 * Reads the settings (settings.ts) from the environment, and from the file that it names.
 *
 * @module
 */
import {
  type GivenElsewhere,
  givenElsewhere,
  placesElsewhere,
  type SettingPlaces,
} from "./advice.ts";
import {
  type HttpTls,
  type RawValues,
  readCaCert,
  readHttpTls,
  readLogin,
  readMigrateToken,
  requireConnection,
  splitTokenId,
  type SshNode,
  sshNodes,
} from "./checks.ts";
import { clusterNames } from "./cluster_names.ts";
import { ConfigError, WHAT_HELPS } from "./config_error.ts";
import { mistakeIn } from "./mistakes.ts";
import {
  CLUSTER_SETTINGS,
  type ClusterSetting,
  configKey,
  PROCESS_SETTINGS,
  type ProcessSetting,
  SETTING_NAMES,
  type SettingName,
  type Values,
} from "./names.ts";
import { checkTokenSecret, readSecret, readStateKey, readTotpSecret } from "./secrets.ts";
import { type Environment, type Source, sourceOf } from "./source.ts";
import { withSettingsFile } from "./settings_file.ts";
import { apiUrl, type HostAddress } from "./values.ts";
import { settingWarnings } from "./warnings.ts";
import { defined } from "../base/defined.ts";
import { registerSecret } from "../base/process/log.ts";
import type { Setting } from "./setting.ts";
import { SETTINGS } from "./settings.ts";

/** The settings that are the same for all clusters, as the program uses them. */
export interface ProcessConfig extends Values<ProcessSetting> {
  /** Content of the files `httpTlsCert` and `httpTlsKey`. */
  readonly httpTls: HttpTls | undefined;
  /** Content of the file `httpStateKeyFile`. */
  readonly httpStateKey: Uint8Array<ArrayBuffer> | undefined;
  /** Content of the file `httpOidcCaCert`. */
  readonly oidcCaCert: string | undefined;
}

/** The settings of one cluster. */
interface ClusterConfig extends Omit<Values<ClusterSetting>, "host" | "sshNode"> {
  /** The cluster's name, where there are several. */
  readonly cluster?: string;
  /** Its name in the variables of its settings; also of the only one that PROXMOX_CLUSTERS names. */
  readonly settingsName?: string;
  /** Never true with `readOnly`, which takes precedence. */
  readonly allowElevated: boolean;
  /** Base URLs of the cluster's nodes, in order of preference. */
  readonly hosts: readonly URL[];
  /** Content of the file `sslCaCert`. */
  readonly caCert: string | undefined;
  /** What advice names in place of settings. */
  readonly elsewhere: GivenElsewhere;
  /** What advice calls settings that are set for all clusters, or in the file of settings. */
  readonly places: SettingPlaces;
  /** Nodes that SSH reaches, by name. */
  readonly sshNodes: ReadonlyMap<string, SshNode>;
  /** Whether snippets are written over SSH: lent by itself, `sshEnabled` is for commands alone. */
  readonly snippetsEnabled: boolean;
  /**
   * For a caller with rights of their own: whether they sent the token that is theirs, or are mapped
   * to it.
   */
  readonly tokenOrigin?: "sent" | "mapped";
}

/** The settings of one cluster, and those of the process, as the program uses them. */
export type Config = ClusterConfig & ProcessConfig;

/** All that the settings say. */
export interface Configuration {
  readonly process: ProcessConfig;
  /** By the names of `PROXMOX_CLUSTERS`, in their order; without it one, whose name is empty. */
  readonly clusters: ReadonlyMap<string, Config>;
  /** What is probably a mistake. */
  readonly warnings: readonly string[];
}

/** The names of clusters, where there are several. */
export function severalOf(clusters: ReadonlyMap<string, unknown>): readonly string[] {
  return clusters.size > 1 ? [...clusters.keys()] : [];
}

export const processEnvironment: Environment = withSettingsFile({
  get: (name) => Deno.env.get(name),
  names: () => {
    try {
      return Object.keys(Deno.env.toObject());
    } catch {
      return []; // Permission for PROXMOX_* alone does not allow listing.
    }
  },
  readFile: (path) => Deno.readTextFileSync(path),
  modeOf: (path) => Deno.statSync(path).mode ?? undefined,
});

/** What is wrong with the text of a setting, if anything. */
function problemIn({ type, secret = false }: Setting, text: string): string | undefined {
  const mistake = mistakeIn(text, secret);
  if (mistake !== undefined) return mistake;
  const { success, error } = type.safeParse(text);
  if (success) return undefined;
  return secret ? "cannot be read" : error.issues[0]?.message;
}

/**
 * Reads settings without what depends on files or on other settings.
 *
 * @param problems Receives what is wrong with them, one line each, no secret in any.
 * @returns Those that could be read, and the defaults of those that could not.
 */
export function readSettings<K extends SettingName>(
  source: Source,
  keys: readonly K[],
  problems: string[],
): Partial<Values<K>> {
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const setting: Setting = SETTINGS[key];
    const input = source.get(key);
    const text = input === undefined || input.trim() === "" ? setting.default : input;
    if (text === undefined) continue;
    if (setting.secret) registerSecret(text.trim());
    const problem = problemIn(setting, text);
    if (problem !== undefined) problems.push(`${source.place(key)}: ${problem}`);
    const read = problem === undefined ? text : setting.default;
    if (read !== undefined) values[configKey(key)] = setting.type.parse(read);
  }
  return values as Partial<Values<K>>;
}

/**
 * The settings of each cluster, as they come.
 *
 * @param problems Receives what is wrong with the clusters' names.
 */
export function clusterSources(
  environment: Environment,
  problems: string[],
): ReadonlyMap<string, Source> {
  const plain = sourceOf(environment);
  const { clusters = [] } = readSettings(plain, ["CLUSTERS"], []);
  if (clusters.length === 0) return new Map([["", plain]]);
  const names = clusterNames(clusters, plain.place("CLUSTERS"), problems);
  return new Map(names.map((name) => [name, sourceOf(environment, name)]));
}

/** Which configuration is wanted. */
export interface ConfigOptions {
  /** Of the embedded Proxmox VE: of one cluster, or of several with these names. */
  readonly demo?: boolean | readonly string[];
  /** Of a server over HTTP, whose callers may bring tokens of their own. */
  readonly overHttp?: boolean;
  /**
   * Checks settings against what they choose among, and the names of the clusters where there are
   * several; says what is wrong.
   */
  readonly check?: (
    values: Values<ProcessSetting>,
    clusters: readonly string[],
  ) => readonly string[];
}

/** What reading settings adds to. */
interface Findings {
  readonly problems: string[];
  readonly warnings: string[];
}

function readProcess(
  source: Source,
  values: RawValues,
  { problems, warnings }: Findings,
): ProcessConfig {
  values.httpToken = readSecret(source, values, "HTTP_TOKEN", problems).secret;
  const httpTls = readHttpTls(source, values, problems);
  const httpStateKey = readStateKey(source, values.httpStateKeyFile, problems, warnings);
  const oidcCaCert = readCaCert(source, values, "HTTP_OIDC_CA_CERT", problems);
  const picked = PROCESS_SETTINGS.map(configKey).map((key) => [key, values[key]] as const);
  const plain = Object.fromEntries(picked) as unknown as Values<ProcessSetting>;
  return { ...plain, httpTls, httpStateKey, oidcCaCert };
}

/** @param byCallers Callers bring tokens of their own. */
function readCluster(
  source: Source,
  values: RawValues,
  { problems, warnings }: Findings,
  demo: boolean,
  byCallers: boolean,
): ClusterConfig {
  const token = readSecret(source, values, "TOKEN_VALUE", problems);
  values.tokenValue = token.secret;
  values.password = readSecret(source, values, "PASSWORD", problems).secret;
  values.totpSecret = readTotpSecret(source, values, problems);
  const migrateToken = readSecret(source, values, "MIGRATE_TOKEN_VALUE", problems);
  values.migrateTokenValue = migrateToken.secret;
  readMigrateToken(source, values, problems);
  const caCert = readCaCert(source, values, "SSL_CA_CERT", problems);
  splitTokenId(source, values, problems);
  readLogin(source, values, problems);
  if (!demo) {
    for (const each of [token, migrateToken]) checkTokenSecret(each, problems, warnings);
    requireConnection(source, values, problems, byCallers);
  }
  const addresses = (values.host ?? []) as readonly HostAddress[];
  const nodes = sshNodes(source, values, addresses[0]?.hostname ?? "localhost", problems);
  const accepted = values as unknown as Values<ClusterSetting>;
  const hosts = demo
    ? [new URL("https://demo.invalid:8006")]
    : addresses.map((address) => apiUrl(address, accepted.port));
  const { host: _host, sshNode: _sshNode, ...rest } = accepted;
  const allowElevated = accepted.allowElevated && !accepted.readOnly;
  const snippetsEnabled = accepted.sshEnabled;
  const elsewhere = givenElsewhere(source, addresses, accepted.port !== undefined);
  return {
    ...{ ...rest, allowElevated, hosts, caCert, elsewhere, sshNodes: nodes, snippetsEnabled },
    places: placesElsewhere(source),
  };
}

/**
 * Reads and checks all settings.
 *
 * @throws {ConfigError} With all problems of the process and of all clusters at once.
 */
export function readConfig(
  environment: Environment,
  { demo = false, overHttp = false, check }: ConfigOptions = {},
): Configuration {
  const { file } = environment;
  if (file?.isRead === false) throw new ConfigError(file.problems);
  const [problems, warnings, wrongNames]: [string[], string[], string[]] = [
    [...file?.problems ?? []],
    [],
    [],
  ];
  const plain = sourceOf(environment);
  const embedded = demo === true ? [""] : demo || undefined;
  const sources = embedded
    ? new Map(embedded.map((name) => [name, plain]))
    : clusterSources(environment, wrongNames);
  // What is said of a name does not make its variables wrong, too.
  const { clusters: named = [] } = embedded ? {} : readSettings(plain, ["CLUSTERS"], []);
  warnings.push(...settingWarnings(environment, [...new Set(named)]));
  const isOne = sources.has("");
  const shared: RawValues = readSettings(plain, isOne ? SETTING_NAMES : PROCESS_SETTINGS, problems);
  problems.push(...wrongNames);
  const byCallers = overHttp && shared.httpAuth !== "token";
  const parts = [...sources].map(([name, source]) => {
    const values = isOne ? { ...shared } : readSettings(source, CLUSTER_SETTINGS, problems);
    return [
      name,
      readCluster(source, values, { problems, warnings }, embedded !== undefined, byCallers),
    ] as const;
  });
  const process = readProcess(plain, shared, { problems, warnings });
  if (check) problems.push(...check(process, severalOf(sources)));
  // What all clusters have by default is wrong once.
  const once = (lines: readonly string[]): string[] => [...new Set(lines)];
  if (problems.length > 0) {
    const hint = demo ? undefined : WHAT_HELPS;
    throw new ConfigError(once(problems), { hint, warnings: once(warnings) });
  }
  const clusters = new Map(parts.map(([name, part]) => {
    const cluster = parts.length > 1 ? name : undefined;
    const settingsName = name || undefined;
    return [name, { ...part, ...process, ...defined({ cluster, settingsName }) }];
  }));
  return { process, clusters, warnings: once(warnings) };
}

/**
 * Reads and checks the settings of a server of one cluster.
 *
 * @throws {ConfigError} With all problems at once.
 */
export function loadConfig(
  environment: Environment,
  options: ConfigOptions = {},
): { config: Config; warnings: string[] } {
  const { clusters, warnings } = readConfig(environment, options);
  const [config, ...others] = clusters.values();
  if (config && others.length === 0) return { config, warnings: [...warnings] };
  throw new ConfigError([`PROXMOX_CLUSTERS: expected one cluster here, got ${clusters.size}`]);
}
