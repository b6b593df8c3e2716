/**
 * Reads the settings (settings.ts) from the environment: the only module that does.
 *
 * @module
 */
import {
  type HttpTls,
  type RawValues,
  readCaCert,
  readHttpTls,
  readLogin,
  requireConnection,
  splitTokenId,
  type SshNode,
  sshNodes,
  unknownNameWarnings,
} from "./checks.ts";
import { ConfigError } from "./config_error.ts";
import { mistakeIn } from "./mistakes.ts";
import { checkTokenSecret, type FileReader, readSecret } from "./secrets.ts";
import { apiUrl, type HostAddress } from "./values.ts";
import { registerSecret } from "../base/process/log.ts";
import type { Setting } from "./setting.ts";
import { configKey, SETTING_NAMES, type SettingName, SETTINGS, type Values } from "./settings.ts";

/** The settings as the program uses them. */
export interface Config extends Omit<Values, "host" | "sshNode"> {
  /** Never true with `readOnly`, which takes precedence. */
  readonly allowElevated: boolean;
  /** Base URLs of the cluster's nodes, in order of preference. */
  readonly hosts: readonly URL[];
  /** Content of the file `sslCaCert`. */
  readonly caCert: string | undefined;
  /** Nodes that SSH reaches, by name. */
  readonly sshNodes: ReadonlyMap<string, SshNode>;
  /** Content of the files `httpTlsCert` and `httpTlsKey`. */
  readonly httpTls: HttpTls | undefined;
}

/** The environment as the program sees it. */
export interface Environment extends FileReader {
  get(name: string): string | undefined;
  /** All visible names, or none where they cannot be listed. */
  names(): string[];
}

export const processEnvironment: Environment = {
  get: (name) => Deno.env.get(name),
  names: () => {
    try {
      return Object.keys(Deno.env.toObject());
    } catch {
      return []; // Permission for PROXMOX_* alone does not allow listing.
    }
  },
  readFile: (path) => Deno.readTextFileSync(path),
};

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
  environment: Environment,
  keys: readonly K[],
  problems: string[],
): Partial<Values<K>> {
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const setting: Setting = SETTINGS[key];
    const input = environment.get(`PROXMOX_${key}`);
    const text = input === undefined || input.trim() === "" ? setting.default : input;
    if (text === undefined) continue;
    if (setting.secret) registerSecret(text.trim());
    const problem = problemIn(setting, text);
    if (problem !== undefined) problems.push(`PROXMOX_${key}: ${problem}`);
    const read = problem === undefined ? text : setting.default;
    if (read !== undefined) values[configKey(key)] = setting.type.parse(read);
  }
  return values as Partial<Values<K>>;
}

/** The secret of the second factor; one of a file is checked as one of the environment is. */
function readTotpSecret(
  environment: Environment,
  values: RawValues,
  problems: string[],
): string | undefined {
  const { secret, name } = readSecret(environment, values, "TOTP_SECRET", problems);
  if (secret === undefined) return undefined;
  const { success, error } = SETTINGS.TOTP_SECRET.type.safeParse(secret);
  if (!success) problems.push(`${name}: ${error.issues[0]?.message}`);
  return secret;
}

/** Which configuration is wanted. */
export interface ConfigOptions {
  /** Of the embedded Proxmox VE. */
  readonly demo?: boolean;
  /** Of a server over HTTP, whose callers may bring tokens of their own. */
  readonly overHttp?: boolean;
  /** Checks settings against what they choose among, and says what is wrong. */
  readonly check?: (values: Values) => readonly string[];
}

/**
 * Reads and checks all settings.
 *
 * @returns The settings, and warnings about what is probably a mistake.
 * @throws {ConfigError} With all problems at once.
 */
export function loadConfig(
  environment: Environment,
  { demo = false, overHttp = false, check }: ConfigOptions = {},
): { config: Config; warnings: string[] } {
  const problems: string[] = [];
  const warnings = unknownNameWarnings(environment.names(), SETTING_NAMES);
  const values: RawValues = readSettings(environment, SETTING_NAMES, problems);
  const token = readSecret(environment, values, "TOKEN_VALUE", problems);
  values.tokenValue = token.secret;
  values.httpToken = readSecret(environment, values, "HTTP_TOKEN", problems).secret;
  values.password = readSecret(environment, values, "PASSWORD", problems).secret;
  values.totpSecret = readTotpSecret(environment, values, problems);
  const caCert = readCaCert(environment, values, problems);
  const httpTls = readHttpTls(environment, values, problems);
  splitTokenId(values, problems);
  readLogin(values, problems);
  if (!demo) {
    checkTokenSecret(token, problems, warnings);
    requireConnection(values, problems, overHttp && values.httpAuth === "pve");
  }
  const addresses = (values.host ?? []) as readonly HostAddress[];
  const firstHost = addresses[0]?.hostname ?? "localhost";
  const nodes = sshNodes(values, firstHost, problems);
  const accepted = values as unknown as Values;
  if (check) problems.push(...check(accepted));
  if (problems.length > 0) {
    const hint = demo ? undefined : "proxmox-mcp --demo starts without a cluster";
    throw new ConfigError(problems, { hint, warnings });
  }
  const urls = demo
    ? [new URL("https://demo.invalid:8006")]
    : addresses.map((address) => apiUrl(address, accepted.port));
  const { host: _host, sshNode: _sshNode, ...rest } = accepted;
  const allowElevated = accepted.allowElevated && !accepted.readOnly;
  return {
    config: { ...rest, allowElevated, hosts: urls, caCert, sshNodes: nodes, httpTls },
    warnings,
  };
}
