/**
 * Effects on SDN: its objects, fabrics, addresses, and the changes that wait.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { deletion } from "./deletion.ts";
import {
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
} from "./effect.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { applied, rolledBack } from "./sdn_apply.ts";
import { sdnObjectEffects } from "./sdn_objects.ts";
import { clearableSettings, replaced, shortened } from "./settings.ts";
import { UNREAD, valueText } from "./words.ts";

const FABRIC = "GET /cluster/sdn/fabrics/fabric/{id}";
const FABRIC_NODE = "GET /cluster/sdn/fabrics/node/{fabric_id}/{node_id}";
const ROUTES = replaced("its routes as they are, once applied");

/** Names of the interfaces of a fabric's node: `name=eth0,ip=…` for each. */
function interfaceNames(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/(?:^|[,\s])name=([^,\s]+)/g)].map((match) => match[1] ?? "");
}

/** The addresses that a VNet's IPAM has for a card; undefined when they cannot be read. */
async function addressesOf(
  { zone, vnet, mac, ip }: Args,
  state: CurrentState,
): Promise<readonly Row[] | undefined> {
  const settings = await readRow(state, "GET /cluster/sdn/zones/{zone}", { zone });
  if (settings === undefined) return undefined;
  const ipam = valueText(settings.ipam) ?? "pve";
  const rows = await readRows(state, "GET /cluster/sdn/ipams/{ipam}/status", { ipam });
  const same = (one: unknown, other: unknown): boolean =>
    String(one).toLowerCase() === String(other).toLowerCase();
  return rows?.filter((row) =>
    row.vnet === vnet && (mac === undefined ? same(row.ip, ip) : same(row.mac, mac))
  );
}

function numbers(rows: readonly Row[]): number[] {
  return rows.flatMap(({ vmid }) => Number(vmid) || []);
}

/** Addresses that a card has, and that others take the place of. */
const otherAddress: Effect<"ip" | "mac"> = {
  takes: "the address that the card has now",
  by: ["ip", "mac"],
  judge: async (args, state) => {
    const rows = await addressesOf(args, state);
    const gone = rows?.filter(({ ip }) => ip !== args.ip);
    if (gone?.length === 0) return [];
    const addresses = gone?.map(({ ip }) => valueText(ip)).join(", ") ?? `address, ${UNREAD},`;
    return [{
      what: `${addresses} of ${args.mac ?? args.ip} in VNet ${args.vnet}`,
      guests: gone ? numbers(gone) : args.vmid === undefined ? [] : [Number(args.vmid)],
    }];
  },
};

export const sdnEffects = {
  ...sdnObjectEffects,

  "PUT /cluster/sdn": [applied],
  "POST /cluster/sdn/rollback": [rolledBack],
  "POST /cluster/sdn/lock": { nothing: "keeps others from changing SDN until it is released" },
  "DELETE /cluster/sdn/lock": [deletion({
    what: "lock on SDN",
    loses: "whoever holds it may find what others changed meanwhile",
  })],

  "POST /cluster/sdn/fabrics/fabric": {
    nothing: "a new fabric; PVE refuses the name of another",
  },
  "PUT /cluster/sdn/fabrics/fabric/{id}": [clearableSettings({
    of: "SDN fabric {id}",
    now: FABRIC,
    trivial: ["csnp_interval", "hello_interval", "lock-token"],
    rules: { area: ROUTES, ip_prefix: ROUTES, ip6_prefix: ROUTES },
  })],
  "DELETE /cluster/sdn/fabrics/fabric/{id}": [deletion({
    what: "SDN fabric {id}",
    loses: "the routes between its nodes, once applied",
    now: FABRIC,
    shows: ["protocol", "ip_prefix", "ip6_prefix"],
  })],
  "POST /cluster/sdn/fabrics/node/{fabric_id}": { nothing: "one more node in the fabric" },
  "PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}": [clearableSettings({
    of: "node {node_id} of SDN fabric {fabric_id}",
    now: FABRIC_NODE,
    trivial: ["lock-token"],
    rules: {
      interfaces: shortened("interfaces, once applied", { split: interfaceNames }),
      ip: ROUTES,
      ip6: ROUTES,
    },
  })],
  "DELETE /cluster/sdn/fabrics/node/{fabric_id}/{node_id}": [deletion({
    what: "node {node_id} of SDN fabric {fabric_id}",
    loses: "its routes, once applied",
    now: FABRIC_NODE,
    shows: ["ip", "ip6", "interfaces"],
  })],

  "POST /cluster/sdn/vnets/{vnet}/ips": { nothing: "one more address; PVE refuses one in use" },
  "PUT /cluster/sdn/vnets/{vnet}/ips": [otherAddress],
  "DELETE /cluster/sdn/vnets/{vnet}/ips": [deletion({
    what: "address {ip} in VNet {vnet}",
    loses: "DHCP no longer keeps it for its guest",
    guests: async (args, state) => numbers(await addressesOf(args, state) ?? []),
  })],
} satisfies EffectTable<
  Exclude<
    Extract<ChangeOperation, `${string} /cluster/sdn${string}`>,
    `${string}/firewall/${string}`
  >
>;
