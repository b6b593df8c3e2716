/**
 * Every PROXMOX_* variable in one table: name, type, default, words. The documentation of the
 * settings is generated from it.
 *
 * @module
 */
import type * as z from "zod";
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
import { LOG_LEVELS } from "./log.ts";

/** One variable: how its text is read, what it is without one, what it is for. */
export interface Setting {
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
    "Ask before something is lost: where the client can ask (`auto`), refuse where it cannot (`always`), or not at all (`never`)",
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
/** The values of the settings, by key; those without a default may be missing. */
export type Values = {
  readonly [K in SettingName]: (typeof SETTINGS)[K] extends { readonly default: string }
    ? ValueOf<K>
    : ValueOf<K> | undefined;
};
