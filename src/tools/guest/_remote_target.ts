/**
 * How Proxmox VE reaches a node of another cluster that a guest moves to: address, certificate and
 * token, all from what this server knows of that cluster.
 *
 * @module
 */
import { bareHost, portOf, prefixOf } from "../../base/text/host.ts";
import { printPropertyString } from "../../pve/formats/formats.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { OtherCluster } from "../../tool/context.ts";
import type { RemoteNode } from "./_remote_node.ts";

/** Port of the API where an address names none. */
const PORT = 8006;

/** Certificates that a node may show, the one that goes first before the other. */
const CERTIFICATES = ["pveproxy-ssl.pem", "pve-ssl.pem"];

interface StatusRow {
  readonly type: string;
  readonly name: string;
  readonly ip?: string;
  readonly local?: number;
  readonly online?: number;
}

/** The nodes of another cluster, as they see each other. */
export async function nodesThere({ request }: OtherCluster): Promise<readonly StatusRow[]> {
  const { data } = await request("GET /cluster/status", {});
  return (data as readonly StatusRow[]).filter(({ type }) => type === "node");
}

/** The address of a node in the settings, where one of the hosts surely is that node. */
function configuredHost(
  { config: { hosts } }: OtherCluster,
  { name, ip, local }: StatusRow,
): URL | undefined {
  // Behind a path of a reverse proxy Proxmox VE finds nothing.
  const plain = hosts.filter((host) => prefixOf(host) === "");
  const named = plain.find(({ hostname }) =>
    bareHost(hostname) === ip || hostname === name || hostname.startsWith(`${name}.`)
  );
  return named ?? (hosts.length === 1 && local === 1 ? plain[0] : undefined);
}

async function fingerprintOf({ cluster, node }: RemoteNode): Promise<string | undefined> {
  const { data } = await cluster.request("GET /nodes/{node}/certificates/info", { node });
  const rows = data as readonly Row[];
  const shown = CERTIFICATES.flatMap((name) => rows.filter(({ filename }) => filename === name));
  return shown[0]?.fingerprint as string | undefined;
}

/**
 * What is pinned for the address goes before what the node says of itself: a proxy may stand
 * between.
 */
function pinnedOr(told: string | undefined, { config }: OtherCluster): string | undefined {
  const pins = config.sslMode === "verify" ? config.sslFingerprint?.split(",") ?? [] : [];
  const [only, ...others] = pins;
  return only === undefined || others.length > 0 || pins.includes(told ?? "") ? told : only;
}

/**
 * The token for guests that come from elsewhere.
 *
 * @throws {ToolError} When the settings have none: the server's own is sent to no other cluster.
 */
function tokenOf({ name, config: { migrateToken, migrateTokenValue } }: OtherCluster): string {
  if (migrateToken !== undefined && migrateTokenValue !== undefined) {
    return `PVEAPIToken=${migrateToken}=${migrateTokenValue}`;
  }
  const variable = `PROXMOX_${name.toUpperCase().replaceAll("-", "_")}_MIGRATE_TOKEN`;
  throw new ToolError(`Cannot migrate to the cluster ${name}`, {
    kind: "denied",
    reason:
      `It has no token for guests that come from elsewhere: the cluster that one leaves gets to know it, so this server's own is not sent there`,
    notes: [`${variable} and ${variable}_VALUE_FILE name one`, "Nothing was moved"],
  });
}

/** What `target-endpoint` says of a node; it holds a secret. */
export async function endpointOf(target: RemoteNode): Promise<string> {
  const { cluster, node } = target;
  const apitoken = tokenOf(cluster);
  const row = (await nodesThere(cluster)).find(({ name }) => name === node);
  const host = row && configuredHost(cluster, row);
  const address = host ? bareHost(host.hostname) : row?.ip;
  if (address === undefined) {
    throw new ToolError(`Cannot migrate to ${node} in the cluster ${cluster.name}`, {
      reason: "Its address is not known: it does not say it, and no host of the settings is it",
      notes: ["Nothing was moved"],
    });
  }
  const told = await fingerprintOf(target);
  const port = host ? portOf(host) : PORT;
  return printPropertyString("proxmox-remote", {
    apitoken,
    host: address,
    port: port === PORT ? undefined : port,
    fingerprint: host ? pinnedOr(told, cluster) : told,
  });
}
