/**
 * What nodes of one Proxmox VE ask of another, over HTTPS with a token, as a migration to another
 * cluster does. Sources: PVE::APIClient::LWP, PVE::Exception.
 *
 * @module
 */
import { type Operation, operationFact } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { ApiError, failed } from "../core/refusal.ts";
import { fingerprintOf } from "../node/certificates.ts";
import { nodeOfHost } from "./api.ts";
import { authenticate, Unauthenticated } from "./auth.ts";
import { assertPermitted } from "./permission.ts";

const PORT = 8006;

/** Where to reach another Proxmox VE, and who asks there. */
export interface Endpoint {
  readonly host: string;
  readonly port?: string;
  /** Value of the header `Authorization`. */
  readonly apitoken: string;
  readonly fingerprint?: string;
}

/** A node of another Proxmox VE. */
export interface Remote {
  readonly cluster: Cluster;
  readonly node: string;
  /** Token that asks. */
  readonly user: string;
}

/** The node that listens at an address. */
function nodeAt(cluster: Cluster, host: string, port: number): string | undefined {
  return cluster.endpoints.get(`${host}:${port}`) ??
    (port === PORT ? nodeOfHost(cluster, host) : undefined);
}

/**
 * Connects to another Proxmox VE.
 *
 * @throws {ApiError} In the words of the client that PVE uses for it.
 */
export function connectRemote(from: Cluster, endpoint: Endpoint): Remote {
  const { host, apitoken, fingerprint } = endpoint;
  const port = Number(endpoint.port ?? PORT);
  const found = from.peers.flatMap((cluster) => {
    const node = nodeAt(cluster, host, port);
    return node === undefined ? [] : [{ cluster, node }];
  });
  const [remote] = found;
  if (!remote) throw failed(`500 Can't connect to ${host}:${port} (Name or service not known)`);
  if (!remote.cluster.isOnline(remote.node)) {
    throw failed(`500 Can't connect to ${host}:${port} (No route to host)`);
  }
  const shown = fingerprintOf(remote.cluster, remote.node);
  if (fingerprint?.toUpperCase() !== shown.toUpperCase()) {
    throw failed(`fingerprint '${shown}' not verified, abort!`);
  }
  remote.cluster.tasks.settle();
  try {
    const headers = { authorization: apitoken };
    const user = authenticate(remote.cluster, "GET", "/cluster/status", headers);
    return { ...remote, user: user ?? "" };
  } catch (error) {
    if (error instanceof Unauthenticated) throw failed(`401 ${error.message}`);
    throw error;
  }
}

/**
 * Asks another Proxmox VE.
 *
 * @throws {ApiError} A refusal as the client of the asking node tells it.
 */
export function askRemote(
  { cluster, user }: Remote,
  operation: Operation,
  path: Call["path"],
  params: Call["params"] = {},
): unknown {
  try {
    assertPermitted(cluster, operationFact(operation), user, { ...params, ...path });
    return cluster.invoke({ operation, path, params, user });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const lines = Object.entries(error.errors ?? {}).map(([name, text]) => `${name}: ${text}`);
    throw failed([`${error.status} ${error.message}`, ...lines].join("\n"));
  }
}
