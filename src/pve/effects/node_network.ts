/**
 * Effects on the network of a node. Changes of interfaces wait until they are applied.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import { deletion } from "./deletion.ts";
import {
  always,
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  type GuestsOf,
} from "./effect.ts";
import { guestsOnBridges, guestsWhose } from "./guests_of.ts";
import { readNamed, readRows, type Row } from "./read.ts";
import {
  altered,
  clearableSettings,
  replaced,
  type Rule,
  shortened,
  turnedOff,
} from "./settings.ts";
import { UNREAD, valueText } from "./words.ts";

const NOW = "GET /nodes/{node}/network/{iface}";
/** Settings by which an interface stands on others. */
const BELOW = ["bridge_ports", "slaves", "ovs_ports", "ovs_bonds", "vlan-raw-device"];

/** An interface, and those that stand on it, bridges for instance. */
function above(iface: string, rows: readonly Row[]): string[] {
  const found = new Set([iface]);
  for (const name of found) {
    for (const row of rows) {
      const below = BELOW.flatMap((key) => splitList(valueText(row[key])));
      if (below.includes(name) || String(row.iface).startsWith(`${name}.`)) {
        found.add(String(row.iface));
      }
    }
  }
  return [...found];
}

/** Guests on bridges that are the interface or stand on it. */
const guestsAbove: GuestsOf = async ({ node, iface }, state) => {
  const isHere = (guest: { readonly node: string }): boolean => guest.node === node;
  const rows = await readRows(state, "GET /nodes/{node}/network", { node });
  if (rows === undefined) return (await state.guests()).filter(isHere).map(({ vmid }) => vmid);
  return await guestsOnBridges(state, above(String(iface), rows), isHere);
};

/** An address that a request does not repeat is gone: PVE takes the interface for one without. */
function lostAddress(row: Row, args: Args, family: "" | "6"): string | undefined {
  const method = valueText(row[`method${family}`]);
  const keys = [`cidr${family}`, `address${family}`];
  const before = keys.map((key) => valueText(row[key])).find((each) => each !== undefined) ??
    method;
  if (before === undefined || method === undefined || method === "manual") return undefined;
  const after = keys.map((key) => valueText(args[key])).find((each) => each !== undefined);
  const plain = before.split("/")[0];
  if (after !== undefined && (after === before || (!after.includes("/") && after === plain))) {
    return undefined;
  }
  return `address ${before}, once applied`;
}

const addresses: Effect<"cidr" | "cidr6" | "address" | "address6"> = {
  takes: "the address that the request does not repeat",
  by: ["cidr", "cidr6", "address", "address6"],
  judge: async (args, state) => {
    const row = await readNamed(state, NOW, args);
    const lost = row === undefined
      ? [`address, ${UNREAD}, once applied`]
      : (["", "6"] as const).map((family) => lostAddress(row, args, family));
    const texts = lost.filter((text) => text !== undefined);
    if (texts.length === 0) return [];
    const guests = await guestsAbove(args, state);
    return texts.map((text) => ({
      what: `interface ${args.iface} of ${args.node}: ${text}`,
      guests,
    }));
  },
};

/** Guests on a bridge that is not among those there will be. */
async function withoutBridge(node: string, state: CurrentState): Promise<number[]> {
  const isHere = (guest: { readonly node: string }): boolean => guest.node === node;
  const rows = await readRows(state, "GET /nodes/{node}/network", { node, type: "any_bridge" });
  const bridges = rows?.map(({ iface }) => String(iface));
  return await guestsWhose(state, (config) =>
    Object.entries(config).some(([key, value]) => {
      const bridge = /^net\d+$/.test(key) && /(?:^|,)bridge=([^,]+)/.exec(String(value))?.[1];
      return typeof bridge === "string" && !bridges?.includes(bridge);
    }), isHere);
}

const CONNECTION = replaced("its connection as it is, once applied");
const PORTS: Rule = shortened("ports, once applied");
/** Judged with the addresses. */
const ADDRESS = ["cidr", "address", "netmask", "cidr6", "address6", "netmask6"];

/** Effects on interfaces of nodes. */
export const nodeNetworkEffects = {
  "POST /nodes/{node}/network": { nothing: "a new interface, felt once it is applied" },
  "PUT /nodes/{node}/network": [
    always(
      "the connection to node {node}, should what is staged be wrong",
      ({ node }, state) => withoutBridge(String(node), state),
    ),
  ],
  "DELETE /nodes/{node}/network": [always("the network changes of node {node} that are staged")],
  "PUT /nodes/{node}/network/{iface}": [
    addresses,
    clearableSettings({
      of: "interface {iface} of {node}",
      now: NOW,
      guests: guestsAbove,
      trivial: ADDRESS,
      rules: {
        type: altered("its kind, once applied"),
        gateway: replaced("gateway, once applied"),
        gateway6: replaced("IPv6 gateway, once applied"),
        autostart: turnedOff("off when the node starts"),
        bridge_ports: PORTS,
        slaves: PORTS,
        ovs_ports: PORTS,
        ovs_bonds: PORTS,
        bridge_vids: replaced("VLANs, once applied"),
        bridge_vlan_aware: turnedOff("VLANs of guests, once applied"),
        bond_mode: CONNECTION,
        "bond-primary": CONNECTION,
        mtu: CONNECTION,
        ovs_bridge: CONNECTION,
        ovs_options: CONNECTION,
        ovs_tag: CONNECTION,
        "vlan-id": CONNECTION,
        "vlan-raw-device": CONNECTION,
      },
    }),
  ],
  "DELETE /nodes/{node}/network/{iface}": [deletion({
    what: "interface {iface} of {node}",
    loses: "it is gone, once applied",
    now: NOW,
    shows: ["type", "cidr", "cidr6", "bridge_ports", "slaves"],
    guests: guestsAbove,
  })],
} satisfies EffectTable<Extract<ChangeOperation, `${string} /nodes/{node}/network${string}`>>;
