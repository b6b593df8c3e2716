/**
 * /nodes/{node}/network: interfaces of a node. Changes wait until they are applied.
 *
 * Tables by node: `network/NODE` holds what is in effect, `network.new/NODE` what waits.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { Attributed, type Handlers, type Seed } from "../core/handler.ts";
import { fields, list, named, text } from "../core/params.ts";
import { invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { running } from "../sdn/store.ts";
import { addressOf, storageAddressOf } from "./addresses.ts";
import { assertComplete, assertOneGateway, type Interfaces, settle } from "./network_checks.ts";
import { networkDiff } from "./network_diff.ts";

/** Types that `type=any_bridge` and the like stand for. */
const BRIDGES = ["bridge", "OVSBridge"];

function active(cluster: Cluster, node: string): Interfaces {
  return cluster.table(`network/${node}`);
}

function waiting(cluster: Cluster, node: string): Interfaces {
  return cluster.table(`network.new/${node}`);
}

/** The configuration as it would be: what waits, or what is in effect. */
function planned(cluster: Cluster, node: string): Interfaces {
  const next = waiting(cluster, node);
  return next.size > 0 ? next : active(cluster, node);
}

/** The configuration to write to: a copy that waits. */
function writable(cluster: Cluster, node: string): Interfaces {
  const next = waiting(cluster, node);
  if (next.size === 0) {
    for (const [name, entry] of active(cluster, node)) next.set(name, structuredClone(entry));
  }
  return next;
}

function found(interfaces: Interfaces, call: Call): Entry {
  const entry = interfaces.get(named(call, "iface"));
  if (!entry) throw invalid({ iface: "interface does not exist" });
  return entry;
}

function matches(type: unknown, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted === "include_sdn") return true;
  if (wanted === "any_bridge" || wanted === "any_local_bridge") {
    return BRIDGES.includes(String(type));
  }
  return type === wanted;
}

/** Virtual networks of SDN that guests on the node can use as bridges. */
function vnets(cluster: Cluster, wanted: string | undefined): Entry[] {
  if (wanted !== "any_bridge" && wanted !== "include_sdn" && wanted !== "vnet") return [];
  return [...running(cluster, "vnets")].map(([iface, { alias }]) => ({
    iface,
    type: "vnet",
    active: 1,
    ...defined({ comments: alias }),
  }));
}

function create(cluster: Cluster, call: Call): null {
  const node = named(call, "node");
  const name = named(call, "iface");
  const known = planned(cluster, node);
  if (known.has(name)) throw invalid({ iface: "interface already exists" });
  const settings = fields(call, ["iface"]);
  assertOneGateway(known, name, settings);
  const vlan = /^(.+)\.(\d+)$/.exec(name);
  if (settings.type === "vlan" && vlan) {
    settings["vlan-raw-device"] ??= vlan[1];
    settings["vlan-id"] ??= Number(vlan[2]);
  }
  assertComplete(known, settings);
  const entry: Entry = { ...settings };
  settle(entry, settings);
  entry.priority = known.size + 3;
  writable(cluster, node).set(name, entry);
  return null;
}

function update(cluster: Cluster, call: Call): null {
  const node = named(call, "node");
  const name = named(call, "iface");
  const before = found(planned(cluster, node), call);
  const settings = fields(call, ["delete"]);
  assertOneGateway(planned(cluster, node), name, settings);
  const entry: Entry = { ...before };
  for (const key of list(call, "delete")) {
    delete entry[key];
    if (key === "cidr") { for (const part of ["address", "netmask"]) delete entry[part]; }
    if (key === "cidr6") { for (const part of ["address6", "netmask6"]) delete entry[part]; }
  }
  Object.assign(entry, settings);
  settle(entry, settings);
  writable(cluster, node).set(name, entry);
  return null;
}

function remove(cluster: Cluster, call: Call): null {
  const node = named(call, "node");
  const name = named(call, "iface");
  found(planned(cluster, node), call);
  const next = writable(cluster, node);
  next.delete(name);
  for (const entry of next.values()) {
    for (const key of ["bridge_ports", "slaves", "ovs_ports"]) {
      if (entry[key] === undefined) continue;
      entry[key] = String(entry[key]).split(" ").filter((each) => each !== name).join(" ");
    }
  }
  return null;
}

function reload(cluster: Cluster, call: Call): string {
  const node = named(call, "node");
  return cluster.startTask({
    node,
    type: "srvreload",
    id: "networking",
    user: call.user,
    ms: 4000,
    finish: () => {
      const next = waiting(cluster, node);
      if (next.size === 0) return;
      const current = active(cluster, node);
      current.clear();
      for (const [name, entry] of next) current.set(name, { ...entry, active: 1 });
      next.clear();
    },
  });
}

/** Handlers of /nodes/{node}/network. */
export const handlers: Handlers = {
  "GET /nodes/{node}/network": (cluster, call) => {
    const node = named(call, "node");
    const wanted = text(call, "type");
    const rows = [...planned(cluster, node)]
      .filter(([, { type }]) => matches(type, wanted))
      .map(([iface, entry]) => ({ ...entry, iface }));
    const data = [...rows, ...vnets(cluster, wanted)];
    const next = waiting(cluster, node);
    if (next.size === 0) return data;
    return new Attributed(data, { changes: networkDiff(active(cluster, node), next) });
  },
  "GET /nodes/{node}/network/{iface}": (cluster, call) =>
    found(planned(cluster, named(call, "node")), call),
  "POST /nodes/{node}/network": create,
  "PUT /nodes/{node}/network/{iface}": update,
  "DELETE /nodes/{node}/network/{iface}": remove,
  "PUT /nodes/{node}/network": reload,
  "DELETE /nodes/{node}/network": (cluster, call) => {
    waiting(cluster, named(call, "node")).clear();
    return null;
  },
};

/** Each node: two network cards, a bridge with its address, and a bridge for storage. */
export const seed: Seed = (cluster) => {
  cluster.nodeNames().forEach((node) => {
    const card: Entry = {
      type: "eth",
      method: "manual",
      method6: "manual",
      families: ["inet"],
      active: 1,
      exists: 1,
    };
    const bridge = (ports: string, address: string, priority: number): Entry => ({
      type: "bridge",
      method: "static",
      method6: "manual",
      families: ["inet"],
      address,
      netmask: "24",
      cidr: `${address}/24`,
      bridge_ports: ports,
      bridge_stp: "off",
      bridge_fd: "0",
      autostart: 1,
      active: 1,
      priority,
    });
    const interfaces = active(cluster, node);
    interfaces.set("eno1", { ...card, priority: 3 });
    interfaces.set("eno2", { ...card, priority: 4 });
    interfaces.set("vmbr0", {
      ...bridge("eno1", addressOf(cluster, node), 5),
      gateway: `${cluster.site.network}.1`,
      bridge_vlan_aware: 1,
      bridge_vids: "2-4094",
    });
    interfaces.set("vmbr1", {
      ...bridge("eno2", storageAddressOf(cluster, node), 6),
      comments: "Storage and migration\n",
    });
  });
};
