/**
 * SDN zones, virtual networks, controllers, IPAMs and DNS servers.
 *
 * @module
 */
import { mayAny } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { type Collection, collection, tableDigest } from "../core/collection.ts";
import { type Handlers, knownOperations } from "../core/handler.ts";
import { fields, named, text } from "../core/params.ts";
import { type ApiError, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { assertUnlocked, configured, type Staged, viewed } from "./store.ts";

const AUDIT = ["SDN.Audit", "SDN.Allocate"];

/** Properties that an object of each kind and type cannot do without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  "zones evpn": ["controller", "vrf-vxlan"],
  "zones faucet": ["dp-id"],
  "zones qinq": ["bridge", "tag"],
  "zones vlan": ["bridge"],
  "controllers bgp": ["asn", "node"],
  "controllers evpn": ["asn"],
  "controllers isis": ["isis-domain", "isis-ifaces", "isis-net", "node"],
};

/** Refuses a new object without the properties that its type needs. */
function assertComplete(kind: Staged, entry: Entry): void {
  const needed = REQUIRED[`${kind} ${entry.type}`] ?? [];
  const lacking = needed.find((name) => entry[name] === undefined);
  if (lacking) throw failed(`missing value for required option '${lacking}'`);
}

function isVisible(
  cluster: Cluster,
  call: Call,
  kind: Staged,
  name: string,
  row: Entry,
): boolean {
  const type = text(call, "type");
  if (type !== undefined && row.type !== type) return false;
  const zone = row.zone ?? (row.pending as Entry | undefined)?.zone;
  const path = kind === "vnets" ? `/sdn/zones/${zone}/${name}` : `/sdn/${kind}/${name}`;
  return mayAny(cluster, call.user, path, AUDIT);
}

/** PVE's messages for the refusals and steps of a kind of object. */
function messagesOf(label: string): {
  readonly missing: (name: string) => ApiError;
  readonly exists: (name: string) => ApiError;
} & Pick<Collection, "steps" | "transient"> {
  return {
    missing: (name) => failed(`sdn '${name}' does not exist`),
    exists: (name) => failed(`sdn ${label} object ID '${name}' already defined`),
    steps: {
      POST: `create sdn ${label} object failed`,
      PUT: `update sdn ${label} object failed`,
      DELETE: `delete sdn ${label} object failed`,
    },
    transient: ["lock-token"],
  };
}

/** Handlers of a kind that waits to be applied: reads can ask for pending or running objects. */
function staged(kind: Staged, def: Omit<Collection, "table" | "missing" | "exists">): Handlers {
  const label = kind.slice(0, -1);
  const row = (cluster: Cluster, name: string, entry: Entry): Entry => ({
    [def.key]: name,
    ...entry,
    digest: tableDigest(configured(cluster, kind)),
  });
  return knownOperations({
    ...collection({
      ...def,
      table: `sdn.${kind}`,
      ...messagesOf(label),
      check: (_cluster, call) => assertComplete(kind, fields(call)),
      prepare: (entry, cluster, call, before) => {
        assertUnlocked(cluster, call);
        def.prepare?.(entry, cluster, call, before);
      },
      release: (name, cluster, call, entry) => {
        assertUnlocked(cluster, call);
        def.release?.(name, cluster, call, entry);
      },
    }),
    [`GET ${def.base}`]: (cluster, call) =>
      [...viewed(cluster, kind, call)]
        .filter(([name, entry]) => isVisible(cluster, call, kind, name, entry))
        .map(([name, entry]) => row(cluster, name, entry)),
    [`GET ${def.base}/{${def.key}}`]: (cluster, call) => {
      const name = named(call, def.key);
      const entry = viewed(cluster, kind, call).get(name);
      if (!entry) throw messagesOf(label).missing(name);
      return row(cluster, name, entry);
    },
  });
}

/** Name of the first object of a kind with this value, or undefined. */
function userOf(
  cluster: Cluster,
  kind: Staged,
  property: string,
  value: string,
): string | undefined {
  return [...configured(cluster, kind)].find(([, entry]) => entry[property] === value)?.[0];
}

function prepareZone(entry: Entry, cluster: Cluster): void {
  const dns = cluster.table("sdn.dns");
  for (const property of ["dns", "reversedns"]) {
    const server = entry[property];
    if (server !== undefined && !dns.has(String(server))) {
      throw invalid({ [property]: `${server} don't exist` });
    }
  }
  if (entry.dnszone !== undefined && entry.dns === undefined) {
    throw invalid({ dnszone: "missing dns server" });
  }
  if (entry.ipam !== undefined && !cluster.table("sdn.ipams").has(String(entry.ipam))) {
    throw invalid({ ipam: `${entry.ipam} not existing` });
  }
  const { controller } = entry;
  if (controller !== undefined && !configured(cluster, "controllers").has(String(controller))) {
    throw failed(`controller ${controller} don't exist`);
  }
}

/** Most that a tag may be, and PVE's name for it, by the type of the zone. */
const TAGS: Readonly<Record<string, readonly [string, number]>> = {
  vlan: ["vlan", 4096],
  qinq: ["vlan", 4096],
  vxlan: ["vxlan", 16777216],
  evpn: ["vxlan", 16777216],
};

function prepareVnet(entry: Entry, cluster: Cluster, call: Call, before?: Entry): void {
  const name = named(call, "vnet");
  entry.type = "vnet";
  const zone = configured(cluster, "zones").get(String(entry.zone));
  if (!zone) {
    throw failed(
      "cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Network/SDN/Vnets.pm line 326.",
    );
  }
  if (before && before.zone !== entry.zone && userOf(cluster, "subnets", "vnet", name)) {
    throw invalid({ zone: "can't change zone if subnets exist" });
  }
  const limit = TAGS[String(zone.type)];
  if (!limit && entry.tag !== undefined) {
    throw invalid({ tag: `vlan tag is not allowed on ${zone.type} zone` });
  }
  if (!limit) return;
  const [label, most] = limit;
  if (entry.tag === undefined) throw invalid({ tag: `missing ${label} tag` });
  if (Number(entry.tag) > most) throw invalid({ tag: `${label} tag max value is ${most}` });
  for (const [other, { zone: itsZone, tag }] of configured(cluster, "vnets")) {
    if (other !== name && itsZone === entry.zone && Number(tag) === Number(entry.tag)) {
      throw invalid({ tag: `tag ${tag} already exist in vnet ${other}` });
    }
  }
}

/** Refuses to delete what an object of another kind refers to. */
function refuseWhileUsed(
  label: string,
  kind: Staged,
  property: string,
): NonNullable<Collection["release"]> {
  return (name, cluster) => {
    const user = userOf(cluster, kind, property, name);
    if (user) throw failed(`${label} ${name} is used by ${kind.slice(0, -1)} ${user}`);
  };
}

/** A kind that takes effect at once. */
function immediate(kind: "ipams" | "dns", key: string): Handlers {
  const property = key;
  const label = kind === "dns" ? "dns" : "ipam";
  return collection({
    table: `sdn.${kind}`,
    base: `/cluster/sdn/${kind}`,
    key,
    ...messagesOf(label),
    visible: (name, cluster, call, { type }) =>
      (text(call, "type") ?? type) === type &&
      mayAny(cluster, call.user, `/sdn/${kind}/${name}`, AUDIT),
    prepare: (_entry, cluster, call) => assertUnlocked(cluster, call),
    release: (name, cluster, call, entry) => {
      assertUnlocked(cluster, call);
      refuseWhileUsed(label, "zones", property)(name, cluster, call, entry);
    },
  });
}

/** Handlers of zones, vnets, controllers, IPAMs and DNS servers. */
export const handlers: Handlers = {
  ...staged("zones", {
    base: "/cluster/sdn/zones",
    key: "zone",
    prepare: (entry, cluster, call, before) => {
      const changed = before && before.ipam !== entry.ipam;
      if (changed && userOf(cluster, "subnets", "zone", named(call, "zone"))) {
        throw invalid({ ipam: "can't change ipam if a subnet is already defined in this zone" });
      }
      prepareZone(entry, cluster);
    },
    release: refuseWhileUsed("zone", "vnets", "zone"),
  }),
  ...staged("vnets", {
    base: "/cluster/sdn/vnets",
    key: "vnet",
    prepare: prepareVnet,
    release: (name, cluster) => {
      if (userOf(cluster, "subnets", "vnet", name)) {
        throw invalid({ vnet: "Can't delete vnet if subnets exists" });
      }
    },
  }),
  ...staged("controllers", {
    base: "/cluster/sdn/controllers",
    key: "controller",
    release: refuseWhileUsed("controller", "zones", "controller"),
  }),
  ...immediate("ipams", "ipam"),
  ...immediate("dns", "dns"),
};
