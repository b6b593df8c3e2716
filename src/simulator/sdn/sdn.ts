/**
 * Applying, rolling back and locking SDN configuration, and what nodes make of it.
 * Source: PVE::API2::Network::SDN.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import { mayAny } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { assertUnlocked, commit, configured, hasPending, rollback, running } from "./store.ts";

/**
 * Changes the configuration under the lock. The lock goes with it only when the call shows its token
 * and asks for that: PVE's schema says that `release-lock` is on by default, its code does not.
 */
function changeAll(
  cluster: Cluster,
  call: Call,
  step: string,
  change: (cluster: Cluster) => void,
): void {
  during(step, () => assertUnlocked(cluster, call));
  change(cluster);
  if (text(call, "lock-token") !== undefined && flag(call, "release-lock")) {
    cluster.table("sdn.lock").delete("global");
  }
}

function apply(cluster: Cluster, call: Call): string {
  changeAll(cluster, call, "could not commit SDN config", commit);
  const nodes = cluster.nodeNames();
  return cluster.startTask({
    node: nodes[0] ?? "",
    type: "reloadnetworkall",
    id: "",
    user: call.user,
    ms: 1500 * nodes.length,
    log: nodes.map((node) => `${node}: reloading network config`),
  });
}

function lock(cluster: Cluster, call: Call): string {
  return during("could not acquire lock for SDN config", () => {
    assertUnlocked(cluster, call);
    if (!flag(call, "allow-pending") && hasPending(cluster)) {
      throw failed(
        "configuration has pending changes at /usr/share/perl5/PVE/API2/Network/SDN.pm line 173.",
      );
    }
    const token = uuid(cluster.random);
    cluster.table("sdn.lock").set("global", { token });
    return token;
  });
}

function unlock(cluster: Cluster, call: Call): null {
  if (!flag(call, "force")) during("could not release lock", () => assertUnlocked(cluster, call));
  cluster.table("sdn.lock").delete("global");
  return null;
}

/** Zones that are in effect on a node, with their types; the plain bridges are one as well. */
function zonesOn(cluster: Cluster, node: string): Map<string, Entry> {
  const zones = [...running(cluster, "zones")].filter(([, { nodes }]) =>
    nodes === undefined || splitList(nodes).includes(node)
  );
  return new Map([["localnetwork", { type: "localnetwork" }], ...zones]);
}

function foundZone(cluster: Cluster, call: Call): Entry {
  const zone = zonesOn(cluster, named(call, "node")).get(named(call, "zone"));
  if (!zone) throw invalid({ zone: "zone does not exist" });
  return zone;
}

function assertEvpn(cluster: Cluster, zone: string): void {
  if (running(cluster, "zones").get(zone)?.type !== "evpn") {
    throw invalid({ zone: `zone ${zone} is not an EVPN zone.` });
  }
}

/** Handlers of SDN as a whole, and of /nodes/{node}/sdn. */
export const handlers: Handlers = {
  "PUT /cluster/sdn": apply,
  "POST /cluster/sdn/rollback": (cluster, call) => {
    changeAll(cluster, call, "could not rollback SDN configuration", rollback);
    return null;
  },
  "POST /cluster/sdn/lock": lock,
  "DELETE /cluster/sdn/lock": unlock,
  "GET /cluster/sdn/dry-run": (cluster) =>
    hasPending(cluster)
      ? { "interfaces-diff": "--- running\n+++ pending\n", "frr-diff": "" }
      : { "interfaces-diff": "", "frr-diff": "" },

  "GET /nodes/{node}/sdn/zones": (cluster, call) =>
    [...zonesOn(cluster, named(call, "node")).keys()]
      .filter((zone) => mayAny(cluster, call.user, `/sdn/zones/${zone}`, ["SDN.Audit", "SDN.Use"]))
      .map((zone) => ({ zone, status: "available" })),
  "GET /nodes/{node}/sdn/zones/{zone}/content": (cluster, call) => {
    foundZone(cluster, call);
    return [...running(cluster, "vnets")]
      .filter(([, vnet]) => vnet.zone === named(call, "zone"))
      .map(([vnet]) => ({ vnet, status: "available" }));
  },
  "GET /nodes/{node}/sdn/zones/{zone}/bridges": (cluster, call) => {
    foundZone(cluster, call);
    if (named(call, "zone") === "localnetwork") {
      return [{ name: "vmbr0", vlan_filtering: 0, ports: [{ name: "eno1" }] }];
    }
    return [...running(cluster, "vnets")]
      .filter(([, vnet]) => vnet.zone === named(call, "zone"))
      .map(([name, vnet]) => ({ name, vlan_filtering: Number(vnet.vlanaware ?? 0), ports: [] }));
  },
  "GET /nodes/{node}/sdn/zones/{zone}/ip-vrf": (cluster, call) => {
    foundZone(cluster, call);
    assertEvpn(cluster, named(call, "zone"));
    return [];
  },
  "GET /nodes/{node}/sdn/vnets/{vnet}/mac-vrf": (cluster, call) => {
    const vnet = running(cluster, "vnets").get(named(call, "vnet"));
    if (!vnet) throw invalid({ vnet: "vnet does not exist" });
    assertEvpn(cluster, String(vnet.zone));
    return [];
  },
};

/** A VLAN zone with two networks, and a lab zone with addresses from PVE's own IPAM; all applied. */
export const seed: Seed = (cluster) => {
  cluster.table("sdn.ipams").set("pve", { type: "pve" });
  configured(cluster, "zones").set("lan", { type: "vlan", bridge: "vmbr0", ipam: "pve" });
  configured(cluster, "zones").set("lab", { type: "simple", ipam: "pve", dhcp: "dnsmasq" });
  const vnets = configured(cluster, "vnets");
  vnets.set("prod", { type: "vnet", zone: "lan", tag: 100, alias: "Production" });
  vnets.set("dmz", { type: "vnet", zone: "lan", tag: 200 });
  vnets.set("labnet", { type: "vnet", zone: "lab" });
  configured(cluster, "subnets").set("lab-10.50.0.0-24", {
    type: "subnet",
    vnet: "labnet",
    zone: "lab",
    gateway: "10.50.0.1",
    snat: 1,
    "dhcp-range": ["start-address=10.50.0.100,end-address=10.50.0.199"],
  });
  cluster.table("sdn.ips").set("lab/10.50.0.1", {
    zone: "lab",
    vnet: "labnet",
    subnet: "lab-10.50.0.0-24",
    ip: "10.50.0.1",
    gateway: 1,
  });
  commit(cluster);
};
