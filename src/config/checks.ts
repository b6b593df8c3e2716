/**
 * Checks settings that depend on files or on each other. Each check adds what is wrong to
 * `problems`, so that all problems are reported at once.
 *
 * @module
 */
import { configKey, type SettingName } from "./names.ts";
import { readText } from "./secrets.ts";
import type { Source } from "./source.ts";
import { parseHost, user } from "./values.ts";
import { bareHost } from "../base/text/host.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { isTokenName, isUuid } from "../pve/identity_forms.ts";
import { splitPem } from "../pve/transport/pem.ts";

/** Values that could be read, by {@linkcode configKey}. */
export type RawValues = Record<string, unknown>;

/** One node to speak to over SSH. */
export interface SshNode {
  readonly host: string;
  readonly port: number;
}

/** Reports that a setting is missing, unless it has another problem already. */
function reportMissing(
  { place }: Source,
  problems: string[],
  key: SettingName,
  message: string,
): void {
  if (problems.some((problem) => problem.startsWith(place(key)))) return;
  problems.push(`${place(key)}: ${message}`);
}

function readPem(
  source: Source,
  values: RawValues,
  name: "SSL_CA_CERT" | "HTTP_TLS_CERT" | "HTTP_TLS_KEY" | "HTTP_OIDC_CA_CERT",
  problems: string[],
  check: (pem: string) => unknown,
): string | undefined {
  const path = values[configKey(name)];
  if (typeof path !== "string") return undefined;
  try {
    const pem = readText(source, path);
    check(pem);
    return pem;
  } catch (error) {
    problems.push(`${source.place(name)}: cannot use "${path}": ${errorMessage(error)}`);
    return undefined;
  }
}

/** The PEM text of a CA file, checked. */
export function readCaCert(
  source: Source,
  values: RawValues,
  name: "SSL_CA_CERT" | "HTTP_OIDC_CA_CERT",
  problems: string[],
): string | undefined {
  return readPem(source, values, name, problems, splitPem);
}

/** Certificate chain and private key of the HTTP server, as PEM; both or none. */
export interface HttpTls {
  readonly cert: string;
  readonly key: string;
}

function checkKey(pem: string): void {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new TypeError('expected PEM with "-----BEGIN PRIVATE KEY-----", found none');
  }
}

/** Certificate and key of the HTTP server, checked. */
export function readHttpTls(
  source: Source,
  values: RawValues,
  problems: string[],
): HttpTls | undefined {
  const cert = readPem(source, values, "HTTP_TLS_CERT", problems, splitPem);
  const key = readPem(source, values, "HTTP_TLS_KEY", problems, checkKey);
  if (values.httpTlsCert === undefined && values.httpTlsKey !== undefined) {
    const key = source.place("HTTP_TLS_KEY");
    reportMissing(source, problems, "HTTP_TLS_CERT", `not set: it belongs to ${key}`);
  }
  if (values.httpTlsKey === undefined && values.httpTlsCert !== undefined) {
    const cert = source.place("HTTP_TLS_CERT");
    reportMissing(source, problems, "HTTP_TLS_KEY", `not set: it belongs to ${cert}`);
  }
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** Takes a whole token id, `user@realm!name`, for the token's name. */
export function splitTokenId(
  { place }: Source,
  values: RawValues,
  problems: string[],
): void {
  const variableName = place("TOKEN_NAME");
  const name = values.tokenName;
  if (typeof name !== "string") return;
  const [, tokenUser, tokenName = name] = /^([^!]*)!(.*)$/s.exec(name) ?? [];
  const redacted = name.replace(/=.*/s, "=…"); // What follows is a secret.
  if (!isTokenName(tokenName)) {
    problems.push(`${variableName}: expected the part after "!" such as mcp, got "${redacted}"`);
    return;
  }
  if (isUuid(tokenName) && !isUuid(String(values.tokenValue))) {
    problems.push(
      `${variableName}: expected the name of the token, got what looks like its secret`,
    );
    return;
  }
  values.tokenName = tokenName;
  if (!tokenUser) return;
  const { success, data, error } = user.safeParse(tokenUser);
  if (success) values.user = data;
  else problems.push(`${variableName}: ${error.issues[0]?.message}`);
}

/** The nodes that SSH reaches, by name. */
export function sshNodes(
  source: Source,
  values: RawValues,
  firstHost: string,
  problems: string[],
): Map<string, SshNode> {
  const nodes = new Map<string, SshNode>();
  const port = values.sshPort as number;
  for (const entry of values.sshNode as string[]) {
    const [name = "", address] = entry.split("=");
    try {
      const parsed = parseHost(address ?? (values.sshHost as string | undefined) ?? firstHost);
      const ownPort = parsed.isUrl ? undefined : parsed.port; // A URL's port is not that of SSH.
      nodes.set(name, { host: bareHost(parsed.hostname), port: ownPort ?? port });
    } catch (error) {
      problems.push(`${source.place("SSH_NODE")}: ${errorMessage(error)}`);
    }
  }
  if (values.sshEnabled !== true) return nodes;
  if (nodes.size === 0) {
    reportMissing(
      source,
      problems,
      "SSH_NODE",
      "needed when SSH is enabled: the name of the node that the SSH host is, such as pve1",
    );
  }
  if (values.sshKeyPath === undefined && values.sshAgent === undefined) {
    reportMissing(
      source,
      problems,
      "SSH_KEY_PATH",
      "needed when SSH is enabled: the path of a private key",
    );
  }
  return nodes;
}

/** True when a password stands in place of an API token. */
function hasLoginAlone({ password, tokenName, tokenValue }: RawValues): boolean {
  return password !== undefined && tokenName === undefined && tokenValue === undefined;
}

/**
 * Whose password it is, where there is one; what belongs to a password does not stand without it.
 */
export function readLogin(source: Source, values: RawValues, problems: string[]): void {
  if (values.password !== undefined) {
    values.loginUser ??= hasLoginAlone(values) ? values.user : "root@pam";
    return;
  }
  for (const key of ["LOGIN_USER", "TOTP_SECRET"] as const) {
    if (values[configKey(key)] === undefined || source.inherits(key)) continue;
    reportMissing(source, problems, "PASSWORD", `not set: it belongs to ${source.place(key)}`);
  }
}

/** A token for guests that move here is nothing without its secret, and a secret nothing without it. */
export function readMigrateToken(source: Source, values: RawValues, problems: string[]): void {
  const { migrateToken, migrateTokenValue, migrateTokenValueFile } = values;
  const hasSecret = migrateTokenValue !== undefined || migrateTokenValueFile !== undefined;
  if ((migrateToken !== undefined) === hasSecret) return;
  const [missing, given] = hasSecret
    ? ["MIGRATE_TOKEN", "MIGRATE_TOKEN_VALUE"] as const
    : ["MIGRATE_TOKEN_VALUE", "MIGRATE_TOKEN"] as const;
  reportMissing(source, problems, missing, `not set: it belongs to ${source.place(given)}`);
}

/**
 * Names the settings that a real cluster cannot do without.
 *
 * @param byCallers Callers bring tokens of their own.
 */
export function requireConnection(
  source: Source,
  values: RawValues,
  problems: string[],
  byCallers: boolean,
): void {
  const host: [SettingName, string] = [
    "HOST",
    "the name or address of a node, such as pve1.example.com",
  ];
  const required: [SettingName, string][] = byCallers || hasLoginAlone(values) ? [host] : [
    host,
    ["TOKEN_NAME", "the name of an API token, such as mcp"],
    ["TOKEN_VALUE", "the secret of that token"],
  ];
  for (const [key, description] of required) {
    if (values[configKey(key)] === undefined) {
      reportMissing(source, problems, key, `not set: ${description}`);
    }
  }
}
