/**
 * Works out the permissions that the program needs under `deno run` with given settings.
 *
 * @module
 */
import { clusterSources, readSettings } from "../../config/config.ts";
import type { SettingName } from "../../config/names.ts";
import { type Environment, type Source, sourceOf } from "../../config/source.ts";
import { apiUrl } from "../../config/values.ts";
import { hostAndPort, portOf } from "../../base/text/host.ts";
import { parseAddress } from "../../mcp/http/listen.ts";
import { SETTINGS } from "../../config/settings.ts";

/** Settings that name what is read, and what is written. */
const READ_SETTINGS: readonly SettingName[] = [
  "CONFIG",
  "TOKEN_VALUE_FILE",
  "MIGRATE_TOKEN_VALUE_FILE",
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
const WRITE_SETTINGS: readonly SettingName[] = [
  "AUDIT_LOG",
  "SSL_PIN_FILE",
  "SSH_AGENT",
  "FILES_DIR",
];
/** Those of them that a server writes which only reads. */
const READ_ONLY_WRITE_SETTINGS: readonly SettingName[] = ["AUDIT_LOG", "SSL_PIN_FILE"];

/** `--allow-read=a,b`; a path with a comma cannot be named there. */
function allow(kind: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return paths.some((path) => path.includes(","))
    ? [`--allow-${kind}`]
    : [`--allow-${kind}=${paths.join(",")}`];
}

/** Hosts and ports of a cluster; undefined while they are not known, or SSH goes to others as well. */
function addressesOf(source: Source): readonly string[] | undefined {
  const hosts = SETTINGS.HOST.type.safeParse(source.get("HOST"));
  const port = SETTINGS.PORT.type.safeParse(source.get("PORT") || undefined);
  if (!hosts.success || source.get("SSH_ENABLED")) return undefined;
  return hosts.data.map((address) => {
    const url = apiUrl(address, port.data);
    return `${url.hostname}:${portOf(url)}`;
  });
}

/** Hosts and ports of all clusters, and of metrics. */
function network(process: Source, clusters: readonly Source[]): string {
  const addresses = clusters.map(addressesOf);
  if (addresses.includes(undefined)) return "--allow-net";
  const metrics = parseAddress(process.get("METRICS_ADDRESS") ?? "");
  const listening = metrics ? [hostAndPort({ host: metrics.hostname, port: metrics.port })] : [];
  return `--allow-net=${[...addresses.flat(), ...listening].join(",")}`;
}

/**
 * Options of `deno run`.
 *
 * @param environment The settings; undefined for the embedded Proxmox VE, which needs nothing.
 */
export function permissions(environment: Environment | undefined): string[] {
  const base = ["--allow-env=PROXMOX_*", "--ignore-env"];
  if (!environment) return base;
  const clusters = [...clusterSources(environment, []).values()];
  const pathsOf = (namesFor: (source: Source) => readonly SettingName[]): string[] => {
    const paths = clusters.flatMap((source) =>
      namesFor(source).flatMap((name) => source.get(name) || [])
    );
    return [...new Set(paths)];
  };
  const written = (source: Source): readonly SettingName[] =>
    readSettings(source, ["READ_ONLY"], []).readOnly ? READ_ONLY_WRITE_SETTINGS : WRITE_SETTINGS;
  return [
    network(sourceOf(environment), clusters),
    ...base,
    ...allow("read", pathsOf(() => READ_SETTINGS)),
    ...allow("write", pathsOf(written)),
  ];
}
