/**
 * All settings, each with a value that is right, and what is said when some are not.
 *
 * @module
 */
import { checkToolChoice } from "../../src/cli/commands/settings.ts";
import { loadConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import type { SettingName } from "../../src/config/names.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { environment } from "../environment.ts";

/** The secret of a token. */
export const SECRET = "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001";
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
/** The files that these values name. */
export const FILES = {
  "/run/token": SECRET,
  "/run/bearer": "0123456789abcdef",
  "/run/state-key": "0123456789abcdef".repeat(2),
  "/run/password": "correct-horse",
  "/run/totp": "JBSWY3DPEHPK3PXP",
  "/run/migrate": "99999999-2222-4333-8444-555555555555",
  "/etc/ca.pem": PEM,
  "/etc/key.pem": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
};

/** A value that is right, for each setting. */
export const RIGHT: Readonly<Record<SettingName, string>> = {
  HOST: "pve1.example.com",
  PORT: "8006",
  USER: "mcp@pve",
  TOKEN_NAME: "mcp",
  TOKEN_VALUE: SECRET,
  TOKEN_VALUE_FILE: "/run/token",
  PASSWORD: "correct-horse",
  PASSWORD_FILE: "/run/password",
  LOGIN_USER: "root@pam",
  TOTP_SECRET: "JBSWY3DPEHPK3PXP",
  TOTP_SECRET_FILE: "/run/totp",
  MIGRATE_TOKEN: "mcp@pve!in",
  MIGRATE_TOKEN_VALUE: "99999999-2222-4333-8444-555555555555",
  MIGRATE_TOKEN_VALUE_FILE: "/run/migrate",
  SSL_MODE: "verify",
  SSL_CA_CERT: "/etc/ca.pem",
  SSL_FINGERPRINT: "ab".repeat(32),
  SSL_PIN_FILE: "/srv/pins",
  ALLOW_ELEVATED: "true",
  READ_ONLY: "false",
  CONFIRM: "always",
  PROTECT: "production,100",
  AUDIT_LOG: "/var/log/audit.jsonl",
  METRICS_ADDRESS: "127.0.0.1:9464",
  TOOLSETS: "guest,node",
  TOOLS: "proxmox_guest_list",
  EXCLUDE_TOOLS: "proxmox_guest_start",
  FILES_DIR: "/srv/files",
  DOWNLOAD_LIMIT: "20G",
  TIMEOUT: "60",
  TASK_WAIT: "30s",
  RATE_LIMIT: "10",
  SSH_ENABLED: "true",
  SSH_HOST: "10.0.0.1",
  SSH_PORT: "22",
  SSH_USER: "root",
  SSH_KEY_PATH: "/home/me/.ssh/id_ed25519",
  SSH_KEY_PASSPHRASE: "open sesame",
  SSH_AGENT: "/run/agent",
  SSH_NODE: "pve1=10.0.0.1",
  SSH_HOST_KEY_FINGERPRINT: "SHA256:" + "a".repeat(43),
  SSH_KNOWN_HOSTS: "/home/me/.ssh/known_hosts",
  HTTP_AUTH: "token",
  HTTP_TOKEN: "0123456789abcdef",
  HTTP_TOKEN_FILE: "/run/bearer",
  HTTP_STATE_KEY_FILE: "/run/state-key",
  HTTP_HOSTS: "mcp.example.com",
  HTTP_TLS_CERT: "/etc/ca.pem",
  HTTP_TLS_KEY: "/etc/key.pem",
  HTTP_URL: "https://mcp.example.com/mcp",
  HTTP_PEOPLE_FILE: "/etc/proxmox-mcp/people.json",
  HTTP_OIDC_ISSUER: "https://id.example.com/realms/home",
  HTTP_OIDC_AUDIENCE: "https://mcp.example.com/mcp",
  HTTP_OIDC_SCOPES: "openid,profile",
  HTTP_OIDC_JWKS_URI: "https://id.example.com/keys",
  HTTP_OIDC_CA_CERT: "/etc/ca.pem",
  LOG_LEVEL: "info",
  LOG_FORMAT: "json",
  CONFIG: "", // A file says all else.
  CLUSTERS: "", // With a name, each cluster has its own of some of these.
};

/** What programs write where they have nothing. */
export const NOTHING = ["undefined", "null", "NULL", "NaN", "None", "[object Object]"];

type Values = Readonly<Partial<Record<SettingName, string>>>;

/** The warnings of settings that are taken. */
export function load(values: Values, files: Readonly<Record<string, string>> = FILES): string[] {
  const named = Object.entries(values).map(([key, value]) => [`PROXMOX_${key}`, value]);
  return loadConfig(environment(Object.fromEntries(named), files), { check: checkToolChoice })
    .warnings;
}

/** All that is wrong with settings. */
export function problemsOf(values: Values, files?: Readonly<Record<string, string>>): string[] {
  return [...assertThrows(() => load(values, files), ConfigError).problems];
}

/** The one thing that is wrong with a setting, all others being right. */
export function problemOf(key: SettingName, value: string): string {
  const [problem = "", ...others] = problemsOf({ ...RIGHT, [key]: value });
  assertEquals(others, [], `${key}=${value}`);
  const { secret = false }: Setting = SETTINGS[key];
  if (secret) assert(!problem.includes(value) || NOTHING.includes(value), problem);
  return problem;
}
