/**
 * Subnets of virtual networks, and the addresses that PVE's own IPAM has given out.
 *
 * @module
 */
import { mayAny } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { tableDigest, updated } from "../core/collection.ts";
import { assertUnmodified } from "../core/digest.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, named, text } from "../core/params.ts";
import { during, failed, forbidden, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { assertUnlocked, configured, viewed } from "./store.ts";

function subnets(cluster: Cluster): Map<string, Entry> {
  return configured(cluster, "subnets");
}

function foundVnet(cluster: Cluster, call: Call, needed: readonly string[]): Entry {
  const name = named(call, "vnet");
  const vnet = configured(cluster, "vnets").get(name);
  if (!vnet) throw failed(`sdn '${name}' does not exist`);
  const path = `/sdn/zones/${vnet.zone}/${name}`;
  if (!mayAny(cluster, call.user, path, needed)) {
    throw forbidden(`${path}, ${needed.join("|")}`);
  }
  return vnet;
}

/** A subnet as PVE answers it: with its network taken apart, and its ranges as objects. */
function row(cluster: Cluster, id: string, entry: Entry): Entry {
  const match = /^(.*)-([^-]+)-(\d+)$/.exec(id);
  const [, zone, network, mask] = match ?? [];
  const ranges = (entry["dhcp-range"] ?? []) as string[];
  return {
    ...entry,
    id,
    subnet: id,
    zone,
    network,
    mask,
    cidr: `${network}/${mask}`,
    "dhcp-range": ranges.map((range) =>
      Object.fromEntries(range.split(",").map((part) => part.split("=")))
    ),
    digest: tableDigest(subnets(cluster)),
  };
}

function vnetOf(entry: Entry): unknown {
  return entry.vnet ?? (entry.pending as Entry | undefined)?.vnet;
}

function foundSubnet(cluster: Cluster, call: Call): Entry {
  const id = named(call, "subnet");
  const entry = viewed(cluster, "subnets", call).get(id);
  if (!entry) throw failed(`sdn subnet '${id}' does not exist`);
  if (vnetOf(entry) !== named(call, "vnet")) throw invalid({ vnet: "wrong vnet" });
  return entry;
}

function assertAddress(cidr: string): void {
  if (!/^[0-9a-f.:]+\/\d+$/i.test(cidr)) throw invalid({ subnet: `${cidr} is not a valid subnet` });
}

function create(cluster: Cluster, call: Call): null {
  const vnet = foundVnet(cluster, call, ["SDN.Allocate"]);
  return during("create sdn subnet object failed", () => {
    assertUnlocked(cluster, call);
    const cidr = named(call, "subnet");
    assertAddress(cidr);
    const id = `${vnet.zone}-${cidr.replace("/", "-")}`;
    if (subnets(cluster).has(id)) throw failed(`sdn subnet object ID '${id}' already defined`);
    const settings = fields(call, ["subnet", "lock-token"]);
    subnets(cluster).set(id, {
      ...settings,
      type: "subnet",
      vnet: named(call, "vnet"),
      zone: vnet.zone,
    });
    return null;
  });
}

function update(cluster: Cluster, call: Call): null {
  foundVnet(cluster, call, ["SDN.Allocate"]);
  return during("update sdn subnet object failed", () => {
    assertUnlocked(cluster, call);
    const before = foundSubnet(cluster, call);
    assertUnmodified(tableDigest(subnets(cluster)), text(call, "digest"));
    subnets(cluster).set(named(call, "subnet"), updated(before, call, ["lock-token"]));
    return null;
  });
}

function remove(cluster: Cluster, call: Call): null {
  foundVnet(cluster, call, ["SDN.Allocate"]);
  return during("delete sdn subnet object failed", () => {
    assertUnlocked(cluster, call);
    foundSubnet(cluster, call);
    const id = named(call, "subnet");
    if ([...cluster.table("sdn.ips").values()].some((ip) => ip.subnet === id && !ip.gateway)) {
      throw failed(`cannot delete subnet '${id}', not empty`);
    }
    subnets(cluster).delete(id);
    return null;
  });
}

function addressKey(call: Call): string {
  return `${named(call, "zone")}/${named(call, "ip")}`;
}

function setAddress(cluster: Cluster, call: Call, isNew: boolean): null {
  foundVnet(cluster, call, ["SDN.Allocate"]);
  const table = cluster.table("sdn.ips");
  if (isNew && table.has(addressKey(call))) {
    throw failed(`IP: ${named(call, "ip")} already exist`);
  }
  if (!isNew && !table.has(addressKey(call))) {
    throw failed(`IP: ${named(call, "ip")} does not exist in IPAM`);
  }
  const vnet = named(call, "vnet");
  const subnet = [...subnets(cluster)].find(([, entry]) => entry.vnet === vnet)?.[0];
  if (!subnet) throw failed(`Cannot find matching subnet for IP ${named(call, "ip")}`);
  table.set(addressKey(call), { ...table.get(addressKey(call)), ...fields(call), vnet, subnet });
  return null;
}

/** Handlers of subnets and addresses. */
export const handlers: Handlers = {
  "GET /cluster/sdn/vnets/{vnet}/subnets": (cluster, call) => {
    foundVnet(cluster, call, ["SDN.Audit", "SDN.Allocate"]);
    return [...viewed(cluster, "subnets", call)]
      .filter(([, entry]) => vnetOf(entry) === named(call, "vnet"))
      .map(([id, entry]) => row(cluster, id, entry));
  },
  "GET /cluster/sdn/vnets/{vnet}/subnets/{subnet}": (cluster, call) => {
    foundVnet(cluster, call, ["SDN.Audit", "SDN.Allocate"]);
    return row(cluster, named(call, "subnet"), foundSubnet(cluster, call));
  },
  "POST /cluster/sdn/vnets/{vnet}/subnets": create,
  "PUT /cluster/sdn/vnets/{vnet}/subnets/{subnet}": update,
  "DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}": remove,

  "GET /cluster/sdn/ipams/{ipam}/status": (cluster, call) => {
    const ipam = named(call, "ipam");
    if (!cluster.table("sdn.ipams").has(ipam)) throw failed(`sdn '${ipam}' does not exist`);
    if (ipam !== "pve") throw failed(`Currently only PVE IPAM is supported!`);
    return [...cluster.table("sdn.ips").values()];
  },
  "POST /cluster/sdn/vnets/{vnet}/ips": (cluster, call) => setAddress(cluster, call, true),
  "PUT /cluster/sdn/vnets/{vnet}/ips": (cluster, call) => setAddress(cluster, call, false),
  "DELETE /cluster/sdn/vnets/{vnet}/ips": (cluster, call) => {
    foundVnet(cluster, call, ["SDN.Allocate"]);
    if (!cluster.table("sdn.ips").delete(addressKey(call))) {
      throw failed(`IP: ${named(call, "ip")} does not exist in IPAM`);
    }
    return null;
  },
};
