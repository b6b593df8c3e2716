/**
 * The embedded cluster as the recorded one was at first: two nodes, two storages of directories, a
 * few files, no guest, and nothing that a company has set up.
 *
 * @module
 */
import type { Cluster } from "../../../src/simulator/core/cluster.ts";
import type { Volume } from "../../../src/simulator/core/model.ts";
import { TestClient } from "../client.ts";

const MIB = 1024 ** 2;

/** What the company's cluster has set up, by name of the table. */
const COMPANY_TABLES = [
  ...["access.acl", "access.groups", "access.tokens", "access.users", "access.tfa", "pools"],
  ...["acme.accounts", "acme.plugins", "backup.jobs", "jobs.realm-sync", "metrics.servers"],
  ...["ha.resources", "ha.rules", "ha.groups", "mapping.pci", "mapping.usb", "mapping.dir"],
  ...["replication", "replication.state", "firewall.groups", "firewall.options"],
  ...["firewall.rules", "firewall.aliases/cluster", "firewall.ipset/cluster", "datacenter"],
  ...["sdn.zones", "sdn.vnets", "sdn.subnets", "sdn.controllers", "sdn.fabrics", "sdn.ips"],
  ...[
    "storage",
    "ceph.osd",
    "ceph.pools",
    "ceph.mon",
    "ceph.mds",
    "ceph.mgr",
    "ceph.fs",
    "ceph.flags",
  ],
];

const STORAGES = {
  local: {
    type: "dir",
    path: "/var/lib/vz",
    content: "snippets,iso,rootdir,images,import,backup,vztmpl",
  },
  two: { type: "dir", path: "/var/lib/two", content: "backup,rootdir,images" },
};

/** Files of `local`, with format and bytes. */
const FILES: readonly (readonly [string, Volume["content"], string, number])[] = [
  ["local:iso/walk.iso", "iso", "iso", 358_400],
  ["local:import/img.qcow2", "import", "qcow2", 196_624],
  ["local:vztmpl/alpine-3.21-default_20241217_amd64.tar.zst", "vztmpl", "tzst", 3_145_728],
];

function clear(cluster: Cluster): void {
  cluster.guests.clear();
  for (const node of cluster.nodeNames().slice(2)) cluster.nodes.delete(node);
  for (const name of COMPANY_TABLES) cluster.table(name).clear();
}

/** A client of such a cluster, with a token of root's. */
export function bareCluster(): TestClient {
  const client = new TestClient();
  const { cluster } = client.simulator;
  for (const storage of [...cluster.storages.definitions.keys()]) {
    for (const node of cluster.nodeNames()) {
      for (const { volid } of [...cluster.storages.volumes(storage, node).values()]) {
        cluster.storages.remove(volid, node);
      }
    }
  }
  clear(cluster);
  for (const [name, definition] of Object.entries(STORAGES)) {
    cluster.storages.definitions.set(name, { ...definition });
    cluster.storages.capacity.set(name, { total: 200 * 1024 * MIB, other: 9 * 1024 * MIB });
  }
  for (const node of cluster.nodeNames()) {
    for (const [volid, content, format, size] of FILES) {
      cluster.storages.put(
        { volid, content, format, size, ctime: cluster.now() - 86_400 },
        node,
      );
    }
  }
  cluster.table("access.users").set("root@pam", { enable: 1, expire: 0 });
  cluster.table("access.tokens").set("root@pam!walk", {
    userid: "root@pam",
    tokenid: "walk",
    secret: "walk",
    expire: 0,
    privsep: 0,
  });
  client.simulator.faults.add({ kind: "guest-deaf" });
  client.authorization = "PVEAPIToken=root@pam!walk=walk";
  return client;
}
