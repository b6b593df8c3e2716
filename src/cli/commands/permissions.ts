/**
 * Works out the permissions that the program needs under `deno run` with given settings.
 *
 * @module
 */
import { type Environment, readSettings } from "../../config/config.ts";
import { apiUrl } from "../../config/values.ts";
import { hostAndPort, portOf } from "../../base/text/host.ts";
import { parseAddress } from "../../mcp/http/listen.ts";
import { SETTINGS } from "../../config/settings.ts";

/** Settings that name what is read, and what is written. */
const READ_SETTINGS = [
  "TOKEN_VALUE_FILE",
  "PASSWORD_FILE",
  "TOTP_SECRET_FILE",
  "SSL_CA_CERT",
  "SSL_PIN_FILE",
  "AUDIT_LOG",
  "SSH_KEY_PATH",
  "SSH_KNOWN_HOSTS",
  "SSH_AGENT",
  "FILES_DIR",
];
const WRITE_SETTINGS = ["AUDIT_LOG", "SSL_PIN_FILE", "SSH_AGENT", "FILES_DIR"];
/** Those of them that a server writes which only reads. */
const READ_ONLY_WRITE_SETTINGS = ["AUDIT_LOG", "SSL_PIN_FILE"];

/** `--allow-read=a,b`; a path with a comma cannot be named there. */
function allow(kind: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return paths.some((path) => path.includes(","))
    ? [`--allow-${kind}`]
    : [`--allow-${kind}=${paths.join(",")}`];
}

/** Hosts and ports, of metrics too; all of them while the host is not known, or SSH goes to others as well. */
function network(setting: (name: string) => string | undefined): string {
  const hosts = SETTINGS.HOST.type.safeParse(setting("HOST"));
  const port = SETTINGS.PORT.type.safeParse(setting("PORT"));
  const ssh = setting("SSH_ENABLED") !== undefined;
  if (!hosts.success || ssh) return "--allow-net";
  const addresses = hosts.data.map((address) => {
    const url = apiUrl(address, port.data);
    return `${url.hostname}:${portOf(url)}`;
  });
  const metrics = parseAddress(setting("METRICS_ADDRESS") ?? "");
  const listening = metrics ? [hostAndPort({ host: metrics.hostname, port: metrics.port })] : [];
  return `--allow-net=${[...addresses, ...listening].join(",")}`;
}

/**
 * Options of `deno run`.
 *
 * @param environment The settings; undefined for the embedded Proxmox VE, which needs nothing.
 */
export function permissions(environment: Environment | undefined): string[] {
  const base = ["--allow-env=PROXMOX_*", "--ignore-env"];
  if (!environment) return base;
  const setting = (name: string): string | undefined =>
    environment.get(`PROXMOX_${name}`) || undefined;
  const pathsOf = (names: readonly string[]): string[] =>
    names.flatMap((name) => setting(name) ?? []);
  const readOnly = readSettings(environment, ["READ_ONLY"], []).readOnly ?? false;
  return [
    network(setting),
    ...base,
    ...allow("read", pathsOf(READ_SETTINGS)),
    ...allow("write", pathsOf(readOnly ? READ_ONLY_WRITE_SETTINGS : WRITE_SETTINGS)),
  ];
}
