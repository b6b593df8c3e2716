/**
 * Effects of applying SDN's pending changes, or of dropping them.
 *
 * @module
 */
import type { CurrentState, Effect, ReadOperation } from "./effect.ts";
import { guestsOnBridges } from "./guests_of.ts";
import { listText } from "./lists.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { UNREAD, valueText } from "./words.ts";

/** An object of SDN that differs from what is applied. */
interface Pending {
  readonly kind: "zone" | "vnet" | "subnet" | "controller" | "fabric" | "fabric node";
  readonly name: string;
  readonly state: string;
  readonly row: Row;
}

/** What waits; undefined for what could not be read. */
interface Waiting {
  readonly pending: readonly Pending[];
  readonly unread: readonly string[];
  readonly vnets: readonly Row[];
}

const PENDING = { pending: true };
/** Settings that nothing rests on. */
const TRIVIAL: readonly string[] = ["alias", "digest", "comment", "type"];

function waitingOf(kind: Pending["kind"], key: string, rows: readonly Row[]): Pending[] {
  return rows.flatMap((row) => {
    const state = valueText(row.state);
    return state === undefined ? [] : [{ kind, name: valueText(row[key]) ?? "?", state, row }];
  });
}

/** Subnets of VNets that are there before and after; undefined when some are not to be had. */
async function subnets(
  state: CurrentState,
  vnets: readonly Row[] = [],
): Promise<readonly Row[] | undefined> {
  const lists = await Promise.all(
    vnets.map(({ vnet }) =>
      readRows(state, "GET /cluster/sdn/vnets/{vnet}/subnets", { vnet: String(vnet), ...PENDING })
    ),
  );
  return lists.every((rows) => rows !== undefined) ? lists.flat() : undefined;
}

async function fabrics(state: CurrentState): Promise<Row> {
  // Before Proxmox VE 9 there are none.
  return await readRow(state, "GET /cluster/sdn/fabrics/all", PENDING) ?? {};
}

async function waiting(state: CurrentState): Promise<Waiting> {
  const list = (operation: ReadOperation): Promise<readonly Row[] | undefined> =>
    readRows(state, operation, PENDING);
  const [zones, vnets, controllers, all] = await Promise.all([
    list("GET /cluster/sdn/zones"),
    list("GET /cluster/sdn/vnets"),
    list("GET /cluster/sdn/controllers"),
    fabrics(state),
  ]);
  const nets = vnets &&
    await subnets(state, vnets.filter((row) => row.state !== "new" && row.state !== "deleted"));
  const rowsOf = (value: unknown): Row[] => Array.isArray(value) ? value : [];
  const read = { zones, VNets: vnets, subnets: nets, controllers };
  return {
    pending: [
      ...waitingOf("zone", "zone", zones ?? []),
      ...waitingOf("vnet", "vnet", vnets ?? []),
      ...waitingOf("subnet", "subnet", nets ?? []),
      ...waitingOf("controller", "controller", controllers ?? []),
      ...waitingOf("fabric", "id", rowsOf(all.fabrics)),
      ...waitingOf("fabric node", "node_id", rowsOf(all.nodes)),
    ],
    unread: Object.entries(read).filter(([, rows]) => rows === undefined).map(([kind]) => kind),
    vnets: vnets ?? [],
  };
}

const NOUNS = { zone: "zone", vnet: "VNet", subnet: "subnet", controller: "controller" };

function nounOf({ kind, name }: Pending): string {
  return `SDN ${kind in NOUNS ? NOUNS[kind as keyof typeof NOUNS] : kind} ${name}`;
}

/** What applying it takes away, or undefined: a value that is set goes, or is another. */
function lossText(object: Pending): string | undefined {
  const { state, row } = object;
  if (state === "deleted") return `${nounOf(object)}: deleted`;
  if (state !== "changed") return undefined;
  const changes = Object.entries(row.pending ?? {}).flatMap(([name, next]) => {
    const before = valueText(row[name]);
    if (before === undefined || TRIVIAL.includes(name)) return [];
    return [
      next === "deleted"
        ? `no ${name} (${before})`
        : `${name} ${before} becomes ${valueText(next)}`,
    ];
  });
  return changes.length === 0 ? undefined : `${nounOf(object)}: ${changes.join(", ")}`;
}

/** VNets that lose something, by themselves or with their zone. */
function networksOf(losing: readonly Pending[], vnets: readonly Row[]): string[] {
  const named = (kind: Pending["kind"]): string[] =>
    losing.filter((object) => object.kind === kind).map(({ name }) => name);
  const zones = named("zone");
  const within = [
    ...vnets.filter(({ zone }) => zones.includes(String(zone))).map(({ vnet }) => String(vnet)),
    ...losing.filter(({ kind }) => kind === "subnet").map(({ row }) => String(row.vnet)),
  ];
  return [...new Set([...named("vnet"), ...within])];
}

/** What pending changes remove or replace, from the guests of their VNets. */
export const applied: Effect<never> = {
  takes: "networks that the pending changes delete or change",
  judge: async (_, state) => {
    const { pending, unread, vnets } = await waiting(state);
    const losing = pending.filter((object) => lossText(object) !== undefined);
    const guests = await guestsOnBridges(state, networksOf(losing, vnets));
    const losses = losing.map((object) => ({ what: lossText(object) ?? "", guests }));
    if (unread.length === 0) return losses;
    const all = (await state.guests()).map(({ vmid }) => vmid);
    return [...losses, {
      what: `what pending changes delete of ${listText(unread)}, ${UNREAD}`,
      guests: all,
    }];
  },
};

/** All changes that are not applied. */
export const rolledBack: Effect<never> = {
  takes: "all SDN changes that are not applied",
  ofGuests: false,
  judge: async (_, state) => {
    const { pending, unread } = await waiting(state);
    const names = pending.map((object) => `${nounOf(object)} (${object.state})`);
    if (names.length === 0 && unread.length === 0) return [];
    const lost = [...names, ...unread.map((kind) => `those of ${kind}, ${UNREAD}`)];
    return [{ what: `changes that are not applied: ${listText(lost)}`, guests: [] }];
  },
};
