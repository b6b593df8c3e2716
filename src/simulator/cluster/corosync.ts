/**
 * /cluster/config: members of the cluster and how they talk to each other.
 *
 * @module
 */
import { colonPairs } from "../../pve/transport/fingerprint.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { digestOf } from "../core/digest.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { ApiError, failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { storageAddressOf } from "../node/addresses.ts";

/** Members by node name, as corosync's configuration has them. */
function members(cluster: Cluster): Map<string, Entry> {
  return cluster.table("corosync.nodes");
}

function totem(cluster: Cluster): Entry {
  return cluster.table("corosync").get("totem") ?? {};
}

function fingerprint(node: string): string {
  return colonPairs(digestOf(`certificate of ${node}`, "sha256"));
}

function joinInfo(cluster: Cluster, call: Call): Entry {
  if (members(cluster).size === 0) {
    throw new ApiError(424, "node is not in a cluster, no join info available!");
  }
  const preferred = text(call, "node") ?? cluster.nodeNames()[0] ?? "";
  if (!members(cluster).has(preferred)) throw failed(`no such node '${preferred}'`);
  return {
    preferred_node: preferred,
    config_digest: digestOf([...members(cluster)]),
    totem: totem(cluster),
    nodelist: [...members(cluster)].map(([name, entry]) => ({
      ...entry,
      name,
      pve_addr: entry.ring0_addr,
      pve_fp: fingerprint(name),
      quorum_votes: Number(entry.quorum_votes),
      nodeid: Number(entry.nodeid),
    })),
  };
}

function addNode(cluster: Cluster, call: Call): Entry {
  const node = named(call, "node");
  if (members(cluster).has(node) && !flag(call, "force")) {
    throw failed(`Can't add existing node '${node}'`);
  }
  const ids = [...members(cluster).values()].map(({ nodeid }) => Number(nodeid));
  members(cluster).set(node, {
    node,
    ring0_addr: text(call, "link0") ?? text(call, "new_node_ip") ?? node,
    nodeid: String(Math.max(0, ...ids) + 1),
    quorum_votes: String(text(call, "votes") ?? 1),
  });
  const nodes = [...members(cluster).keys()].join(" ");
  return { corosync_authkey: "", corosync_conf: `# members: ${nodes}\n`, warnings: [] };
}

/** What `pvecm create` writes: all nodes that there are become members. */
function found(cluster: Cluster, name: string): void {
  cluster.nodeNames().forEach((name, index) => {
    members(cluster).set(name, {
      nodeid: String(index + 1),
      quorum_votes: "1",
      ring0_addr: storageAddressOf(cluster, name),
    });
  });
  cluster.table("corosync").set("totem", {
    cluster_name: name,
    config_version: String(members(cluster).size),
    interface: { 0: { linknumber: "0" } },
    ip_version: "ipv4-6",
    link_mode: "passive",
    secauth: "on",
    version: "2",
  });
}

/** Handlers of /cluster/config. */
export const handlers: Handlers = {
  "GET /cluster/config/apiversion": () => "1",
  "GET /cluster/config/nodes": (cluster) =>
    [...members(cluster)].map(([name, entry]) => ({ ...entry, node: name, name })),
  "GET /cluster/config/totem": (cluster) => cluster.table("corosync").get("totem") ?? null,
  "GET /cluster/config/qdevice": () => ({}),
  "GET /cluster/config/join": joinInfo,
  "POST /cluster/config/join": (cluster, call) => {
    const node = cluster.nodeNames()[0] ?? "";
    const task = { node, type: "clusterjoin", id: "", user: call.user };
    if (flag(call, "force")) return cluster.startTask({ ...task, ms: 3_000 });
    return cluster.startTask({
      ...task,
      ms: 500,
      log: [
        "detected the following error(s):",
        "* authentication key '/etc/corosync/authkey' already exists",
        "* cluster config '/etc/pve/corosync.conf' already exists",
        "* this host already contains virtual guests",
        "* corosync is already running, is this node already in a cluster?!",
      ],
      finish: () => {
        throw failed("Check if node may join a cluster failed!");
      },
    });
  },
  "POST /cluster/config": (cluster, call) => {
    const { name } = cluster;
    if (name !== undefined) {
      throw failed(`cluster config '/etc/pve/corosync.conf' already exists, cluster is '${name}'`);
    }
    const node = cluster.nodeNames()[0] ?? "";
    const finish = (): void => found(cluster, named(call, "clustername"));
    const { user } = call;
    return cluster.startTask({ node, type: "clustercreate", id: "", user, ms: 3_000, finish });
  },
  "POST /cluster/config/nodes/{node}": addNode,
  "DELETE /cluster/config/nodes/{node}": (cluster, call) => {
    const node = named(call, "node");
    if (!members(cluster).has(node)) {
      throw failed(`Node/IP: ${node} is not a known host of the cluster.`);
    }
    if (cluster.nodeNames()[0] === node) throw failed("Cannot delete myself from cluster!");
    members(cluster).delete(node);
    return null;
  },
};

/** Corosync's settings; the nodes are those of the cluster, and a single node has none. */
export const seed: Seed = (cluster) => {
  if (cluster.site.cluster !== undefined) found(cluster, cluster.site.cluster);
};
