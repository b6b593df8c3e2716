/**
 * The table of all PROXMOX_* variables with type, default and description, from which their values
 * are read and their documentation is generated.
 *
 * @module
 */
import {
  choice,
  fingerprints,
  flag,
  hosts,
  integer,
  list,
  seconds,
  size,
  text,
  tokenId,
  totpSecret,
  user,
} from "./values.ts";
import { HTTP_SETTINGS } from "./http_settings.ts";
import { type Setting, setting } from "./setting.ts";
import { LOG_LEVELS } from "../base/process/log.ts";

/** The same for all clusters. */
const PROCESS = { scope: "process" } as const;
/** One cluster's alone: another cluster must not get it for want of its own. */
const OWN = { scope: "own" } as const;

/** All settings; each is the variable `PROXMOX_` + its key. */
export const SETTINGS = {
  HOST: setting(
    "Connection",
    "Host",
    hosts,
    "Name, IP address or URL of a node; several nodes of one cluster separated by commas",
    OWN,
  ),
  PORT: setting(
    "Connection",
    null,
    integer(1, 65535),
    "Port of the API; without it 8006, or 443 when `PROXMOX_HOST` is a URL",
  ),
  USER: setting("Connection", "User", user, "User that the token belongs to, with its realm", {
    default: "root@pam",
    proposed: "mcp@pve",
  }),
  TOKEN_NAME: setting(
    "Connection",
    "Token name",
    text,
    "Name of the API token, the part after `!`",
    { proposed: "mcp" },
  ),
  TOKEN_VALUE: setting("Connection", "Token secret", text, "Secret of the API token", {
    secret: true,
    ...OWN,
  }),
  TOKEN_VALUE_FILE: setting(
    "Connection",
    null,
    text,
    "File that holds the secret of the API token",
    OWN,
  ),
  PASSWORD: setting(
    "Connection",
    null,
    text,
    "Password of a login, for what no API token may do, or in place of a token",
    { secret: true, inConfig: false, ...OWN },
  ),
  PASSWORD_FILE: setting("Connection", null, text, "File that holds that password", OWN),
  LOGIN_USER: setting(
    "Connection",
    null,
    user,
    "User whose password it is, with its realm; without it `root@pam`, or `PROXMOX_USER` where there is no token",
  ),
  TOTP_SECRET: setting(
    "Connection",
    null,
    totpSecret,
    "Secret of that user's second factor (TOTP), in base32 or as an `otpauth://` URL",
    { secret: true, inConfig: false, ...OWN },
  ),
  TOTP_SECRET_FILE: setting("Connection", null, text, "File that holds that secret", OWN),
  MIGRATE_TOKEN: setting(
    "Connection",
    null,
    tokenId,
    "Token with which guests of the server's other clusters may move to this one, `mcp-migrate@pve!in`; it becomes known to the cluster that a guest leaves",
    OWN,
  ),
  MIGRATE_TOKEN_VALUE: setting("Connection", null, text, "Secret of that token", {
    secret: true,
    inConfig: false,
    ...OWN,
  }),
  MIGRATE_TOKEN_VALUE_FILE: setting("Connection", null, text, "File that holds that secret", OWN),
  SSL_MODE: setting(
    "TLS",
    "SSL mode",
    choice("strict", "verify", "insecure"),
    "`strict`: full check; `verify`: pinned, or trusted on first use; `insecure`: no check",
    { default: "strict", proposed: "verify" },
  ),
  SSL_CA_CERT: setting(
    "TLS",
    null,
    text,
    "PEM file with the CA to trust, for `strict` and `verify`",
  ),
  SSL_FINGERPRINT: setting(
    "TLS",
    "Certificate fingerprint",
    fingerprints,
    "SHA-256 fingerprint of the node's certificate, for `verify`; several are separated by commas",
  ),
  SSL_PIN_FILE: setting(
    "TLS",
    null,
    text,
    "File that remembers, for `verify` without a fingerprint or CA, the first certificate seen of each host",
  ),
  ALLOW_ELEVATED: setting(
    "Permissions",
    "Allow changes",
    flag,
    "Allow actions that change something",
    { default: "false" },
  ),
  READ_ONLY: setting(
    "Permissions",
    null,
    flag,
    "Only read, whatever else is set: no change, and no file written but `PROXMOX_AUDIT_LOG` and `PROXMOX_SSL_PIN_FILE`",
    { default: "false" },
  ),
  CONFIRM: setting(
    "Permissions",
    null,
    choice("auto", "always", "plan", "never"),
    "Ask before something is taken away: where the client can ask (`auto`); refuse where it cannot (`always`), or there tell first what goes, for the same call with a code to do it (`plan`); or not at all (`never`)",
    { default: "auto" },
  ),
  PROTECT: setting(
    "Permissions",
    "Protected",
    list,
    "Tags, pools, guests or nodes on which nothing may be destroyed; guests tagged `protected` always are",
    { default: "" },
  ),
  AUDIT_LOG: setting(
    "Permissions",
    null,
    text,
    "File that gets a JSON line before and after each change, chained by hashes",
    PROCESS,
  ),
  TOOLSETS: setting(
    "Tools",
    null,
    list,
    "Categories of tools to offer; or `core` or `compact`: all, few listed",
    { default: "", ...PROCESS },
  ),
  TOOLS: setting("Tools", null, list, "Single tools to offer", { default: "", ...PROCESS }),
  EXCLUDE_TOOLS: setting("Tools", null, list, "Single tools to leave out", {
    default: "",
    ...PROCESS,
  }),
  FILES_DIR: setting(
    "Permissions",
    null,
    text,
    "Folder that uploads are read from and restored files are saved in; without it no local file is touched",
    PROCESS,
  ),
  DOWNLOAD_LIMIT: setting(
    "Permissions",
    null,
    size,
    "Largest file that is saved in that folder: `500M`, `10G`; a plain number is GiB",
    { default: "10G", ...PROCESS },
  ),
  TIMEOUT: setting(
    "Behaviour",
    null,
    seconds(1, 3600),
    "Seconds that one request may take, its wait for others included",
    { default: "60" },
  ),
  TASK_WAIT: setting(
    "Behaviour",
    null,
    seconds(0, 86400),
    "Seconds that a call takes at the most before it answers that its task goes on; 0 does not wait for tasks",
    { default: "45" },
  ),
  RATE_LIMIT: setting(
    "Behaviour",
    null,
    integer(0, 10000),
    "Most requests a second; 0 is without limit",
    { default: "0" },
  ),
  SSH_ENABLED: setting("SSH", null, flag, "Allow commands in containers, over SSH to their node", {
    default: "false",
  }),
  SSH_HOST: setting("SSH", null, text, "Host for SSH; without it the first of PROXMOX_HOST", OWN),
  SSH_PORT: setting("SSH", null, integer(1, 65535), "Port for SSH", { default: "22" }),
  SSH_USER: setting("SSH", null, text, "User for SSH", { default: "root" }),
  SSH_KEY_PATH: setting(
    "SSH",
    null,
    text,
    "Private key file; needed when SSH is enabled without an agent",
  ),
  SSH_KEY_PASSPHRASE: setting("SSH", null, text, "Passphrase of the private key", {
    secret: true,
    inConfig: false,
    ...OWN,
  }),
  SSH_AGENT: setting("SSH", null, text, "Socket of an ssh-agent to use in place of a key file"),
  SSH_NODE: setting(
    "SSH",
    null,
    list,
    "Name of the node that SSH_HOST is, or `node=host[:port]` pairs; needed when SSH is enabled",
    { default: "", ...OWN },
  ),
  SSH_HOST_KEY_FINGERPRINT: setting(
    "SSH",
    null,
    text,
    "Fingerprint of the SSH host key, `SHA256:…`",
  ),
  SSH_KNOWN_HOSTS: setting("SSH", null, text, "known_hosts file to check host keys against"),
  ...HTTP_SETTINGS,
  METRICS_ADDRESS: setting(
    "Telemetry",
    null,
    text,
    "Address that the server offers `/metrics`, `/healthz` and `/readyz` on, such as `127.0.0.1:9464`; without it on none",
    { inConfig: false, ...PROCESS },
  ),
  LOG_LEVEL: setting("Log", null, choice(...LOG_LEVELS), "Least level to log on stderr", {
    default: "info",
    ...PROCESS,
  }),
  LOG_FORMAT: setting("Log", null, choice("text", "json"), "Log lines for people or for machines", {
    default: "text",
    ...PROCESS,
  }),
  CONFIG: setting(
    "Clusters",
    null,
    text,
    "JSON file that holds the settings, of one cluster or of several, in place of variables",
    PROCESS,
  ),
  CLUSTERS: setting(
    "Clusters",
    null,
    list,
    "Names of several clusters and single nodes that one server reaches, such as `home,lab`; their settings are `PROXMOX_HOME_…` and `PROXMOX_LAB_…`",
    { default: "", ...PROCESS },
  ),
} as const satisfies Record<string, Setting>;
