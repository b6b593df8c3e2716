/**
 * Every PROXMOX_* variable in one table: name, type, default, words. The only module that reads
 * the environment; the documentation of the settings is generated from it.
 *
 * @module
 */
import type * as z from "zod";
import {
  type FileReader,
  type HttpTls,
  type RawValues,
  readCaCert,
  readHttpTls,
  requireConnection,
  secretFromFile,
  splitTokenId,
  type SshNode,
  sshNodes,
  strangeNames,
} from "./config_checks.ts";
import {
  choice,
  fingerprints,
  flag,
  hosts,
  seconds,
  text,
  user,
  whole,
  words,
} from "./config_values.ts";
import { ConfigError } from "./config_error.ts";
import { LOG_LEVELS, registerSecret } from "./log.ts";
import type { RegisteredTool } from "./tool/registry.ts";
import { toolChoiceProblems } from "./tool/toolset.ts";

/** One variable: how its text is read, what it is without one, what it is for. */
interface Setting {
  readonly type: z.ZodType<unknown, string>;
  /** Text as a user would write it. */
  readonly default?: string;
  readonly words: string;
  readonly group:
    | "Connection"
    | "TLS"
    | "Permissions"
    | "Tools"
    | "Behaviour"
    | "SSH"
    | "HTTP"
    | "Log";
  readonly secret?: boolean;
}

interface SettingExtras {
  readonly default?: string;
  readonly secret?: boolean;
}

function setting<T extends z.ZodType<unknown, string>, const E extends SettingExtras>(
  group: Setting["group"],
  type: T,
  words: string,
  extras?: E,
): Omit<Setting, "type" | "default"> & { readonly type: T } & E {
  return { group, type, words, ...extras as E };
}

/** All settings; each is the variable `PROXMOX_` + its key. */
export const SETTINGS = {
  HOST: setting(
    "Connection",
    hosts,
    "Name, IP address or URL of a node; several nodes of one cluster separated by commas",
  ),
  PORT: setting("Connection", whole(1, 65535), "Port of the API", { default: "8006" }),
  USER: setting("Connection", user, "User that the token belongs to, with its realm", {
    default: "root@pam",
  }),
  TOKEN_NAME: setting("Connection", text, "Name of the API token, the part after `!`"),
  TOKEN_VALUE: setting("Connection", text, "Secret of the API token", { secret: true }),
  TOKEN_VALUE_FILE: setting("Connection", text, "File that holds the secret of the API token"),
  SSL_MODE: setting(
    "TLS",
    choice("strict", "verify", "insecure"),
    "`strict`: full check; `verify`: pinned, or trusted on first use; `insecure`: no check",
    { default: "strict" },
  ),
  SSL_CA_CERT: setting("TLS", text, "PEM file with the CA to trust, for `strict` and `verify`"),
  SSL_FINGERPRINT: setting(
    "TLS",
    fingerprints,
    "SHA-256 fingerprint of the node's certificate, for `verify`; several are separated by commas",
  ),
  ALLOW_ELEVATED: setting("Permissions", flag, "Allow actions that change something", {
    default: "false",
  }),
  READ_ONLY: setting(
    "Permissions",
    flag,
    "Remove actions that change something from the tool list",
    { default: "false" },
  ),
  CONFIRM: setting(
    "Permissions",
    choice("auto", "always", "never"),
    "Ask before something is lost: where the client can ask (`auto`), or refuse where it cannot (`always`)",
    { default: "auto" },
  ),
  PROTECT: setting(
    "Permissions",
    words,
    "Tags, pools, guests or nodes on which nothing may be destroyed; guests tagged `protected` always are",
    { default: "" },
  ),
  AUDIT_LOG: setting(
    "Permissions",
    text,
    "File that gets a JSON line before and after each change",
  ),
  TOOLSETS: setting("Tools", words, "Categories of tools to offer, or `compact`", { default: "" }),
  TOOLS: setting("Tools", words, "Single tools to offer", { default: "" }),
  EXCLUDE_TOOLS: setting("Tools", words, "Single tools to leave out", { default: "" }),
  FILES_DIR: setting(
    "Permissions",
    text,
    "Folder that uploads are read from and restored files are saved in; without it no local file is touched",
  ),
  TIMEOUT: setting("Behaviour", seconds(1, 3600), "Seconds that one request may take", {
    default: "60",
  }),
  TASK_WAIT: setting(
    "Behaviour",
    seconds(0, 86400),
    "Seconds to wait for the end of a task; 0 answers at once with its UPID",
    { default: "60" },
  ),
  RATE_LIMIT: setting("Behaviour", whole(0, 10000), "Most requests a second; 0 is without limit", {
    default: "0",
  }),
  SSH_ENABLED: setting("SSH", flag, "Allow commands in containers, over SSH to their node", {
    default: "false",
  }),
  SSH_HOST: setting("SSH", text, "Host for SSH; without it the first of PROXMOX_HOST"),
  SSH_PORT: setting("SSH", whole(1, 65535), "Port for SSH", { default: "22" }),
  SSH_USER: setting("SSH", text, "User for SSH", { default: "root" }),
  SSH_KEY_PATH: setting(
    "SSH",
    text,
    "Private key file; needed when SSH is enabled without an agent",
  ),
  SSH_KEY_PASSPHRASE: setting("SSH", text, "Passphrase of the private key", { secret: true }),
  SSH_AGENT: setting("SSH", text, "Socket of an ssh-agent to use in place of a key file"),
  SSH_NODE: setting(
    "SSH",
    words,
    "Name of the node that SSH_HOST is, or `node=host[:port]` pairs; needed when SSH is enabled",
    { default: "" },
  ),
  SSH_HOST_KEY_FINGERPRINT: setting("SSH", text, "Fingerprint of the SSH host key, `SHA256:…`"),
  SSH_KNOWN_HOSTS: setting("SSH", text, "known_hosts file to check host keys against"),
  HTTP_TOKEN: setting("HTTP", text, "Bearer token that clients of `serve --http` must send", {
    secret: true,
  }),
  HTTP_TOKEN_FILE: setting("HTTP", text, "File that holds the bearer token"),
  HTTP_HOSTS: setting(
    "HTTP",
    hosts,
    "Host names that clients of `serve --http` use, beside the address it listens on",
  ),
  HTTP_TLS_CERT: setting("HTTP", text, "PEM file with the certificate (chain) for `serve --http`"),
  HTTP_TLS_KEY: setting("HTTP", text, "PEM file with the private key of that certificate"),
  LOG_LEVEL: setting("Log", choice(...LOG_LEVELS), "Least level to log on stderr", {
    default: "warning",
  }),
  LOG_FORMAT: setting("Log", choice("text", "json"), "Log lines for people or for machines", {
    default: "text",
  }),
} as const satisfies Record<string, Setting>;

/** A key of {@linkcode SETTINGS}. */
export type SettingName = keyof typeof SETTINGS;
/** All keys of {@linkcode SETTINGS}. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];
type ValueOf<K extends SettingName> = z.infer<(typeof SETTINGS)[K]["type"]>;
type Values = {
  readonly [K in SettingName]: (typeof SETTINGS)[K] extends { readonly default: string }
    ? ValueOf<K>
    : ValueOf<K> | undefined;
};

/** The settings as the program uses them. */
export interface Config extends Omit<Values, "HOST" | "SSH_NODE"> {
  /** Base URLs of the cluster's nodes, in order of preference. */
  readonly hosts: readonly URL[];
  /** Content of the file SSL_CA_CERT. */
  readonly caCert: string | undefined;
  /** Nodes that SSH reaches, by name. */
  readonly sshNodes: ReadonlyMap<string, SshNode>;
  /** Content of the files HTTP_TLS_CERT and HTTP_TLS_KEY. */
  readonly httpTls: HttpTls | undefined;
}

/** The environment as the program sees it. */
export interface Environment extends FileReader {
  get(name: string): string | undefined;
  /** All visible names, or none where they cannot be listed. */
  names(): string[];
}

/** The process's own environment. */
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

/**
 * Reads settings on their own: no file is opened, and none is missed.
 *
 * @param problems Gets what is wrong with them, one line each, no secret in any.
 * @returns Those that could be read.
 */
export function readSettings<K extends SettingName>(
  environment: Environment,
  keys: readonly K[],
  problems: string[],
): Partial<Pick<Values, K>> {
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const entry: Setting = SETTINGS[key];
    const given = environment.get(`PROXMOX_${key}`);
    const source = given === undefined || given.trim() === "" ? entry.default : given;
    if (source === undefined) continue;
    if (entry.secret) registerSecret(source.trim());
    const result = entry.type.safeParse(source);
    if (result.success) values[key] = result.data;
    else {
      const reason = entry.secret ? "cannot be read" : result.error.issues[0]?.message;
      problems.push(`PROXMOX_${key}: ${reason}`);
    }
  }
  return values as Partial<Pick<Values, K>>;
}

/** Which configuration is wanted. */
export interface ConfigOptions {
  /** Of the embedded Proxmox VE. */
  readonly demo?: boolean;
  /** The tools among which the settings choose; without them their names are not checked. */
  readonly tools?: readonly RegisteredTool[];
}

/**
 * Reads and checks all settings.
 *
 * @returns The settings, and warnings about names that look like settings.
 * @throws {ConfigError} With all problems at once.
 */
export function loadConfig(
  environment: Environment,
  { demo = false, tools }: ConfigOptions = {},
): { config: Config; warnings: string[] } {
  const problems: string[] = [];
  const values: RawValues = readSettings(environment, SETTING_NAMES, problems);
  secretFromFile(environment, values, "TOKEN_VALUE", problems);
  secretFromFile(environment, values, "HTTP_TOKEN", problems);
  const caCert = readCaCert(environment, values, problems);
  const httpTls = readHttpTls(environment, values, problems);
  splitTokenId(values, problems);
  if (!demo) requireConnection(values, problems);
  const addresses = (values.HOST ?? []) as z.infer<typeof hosts>;
  const urls = demo
    ? [new URL("https://demo.invalid:8006")]
    : addresses.map((address) =>
      new URL(`https://${address.hostname}:${address.port ?? values.PORT}`)
    );
  const firstHost = addresses[0]?.hostname ?? "localhost";
  const nodes = sshNodes(values, firstHost, problems);
  const read = values as unknown as Values;
  if (tools) problems.push(...toolChoiceProblems(tools, read));
  if (problems.length > 0) {
    throw new ConfigError(
      problems,
      demo ? undefined : "proxmox-mcp --demo starts without a cluster",
    );
  }
  const { HOST: _host, SSH_NODE: _sshNode, ...rest } = read;
  return {
    config: { ...rest, hosts: urls, caCert, sshNodes: nodes, httpTls },
    warnings: strangeNames(environment.names(), SETTING_NAMES),
  };
}
