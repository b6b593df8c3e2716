/**
 * What becomes of each guest in an operation on many: where it goes and how, what stays and why.
 * Sources: PVE::API2::Nodes, PVE::API2::BulkAction.
 *
 * @module
 */
import { kindOf, sidOf } from "../guests.ts";
import { bytes } from "../../base/text/units.ts";
import { guestOperation, type Operation } from "../api.ts";
import { type CurrentState, isOff, isOn } from "../effects/effect.ts";
import { readRow, readRows, type Row } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { preferredNodes, ruleName } from "../ha_placement.ts";
import { splitList } from "../split_list.ts";
import { kindsOn, type StorageRow } from "../storage_rows.ts";
import { tiesOf } from "../ties.ts";
import { type Check, type Finding, finding, type Verdict } from "./finding.ts";
import {
  mannerOf,
  type MoveOptions,
  type MovingGuest,
  obstaclesOf,
  replicasOf,
  storagesOf,
  unknownOf,
} from "./moves.ts";
import { companyOf, rulesOf } from "./ha.ts";

type Action = "start" | "shutdown" | "suspend" | "migrate";

const ACTIONS: { readonly [O in Operation]?: Action } = {
  "POST /nodes/{node}/startall": "start",
  "POST /nodes/{node}/stopall": "shutdown",
  "POST /nodes/{node}/suspendall": "suspend",
  "POST /nodes/{node}/migrateall": "migrate",
  "POST /cluster/bulk-action/guest/start": "start",
  "POST /cluster/bulk-action/guest/shutdown": "shutdown",
  "POST /cluster/bulk-action/guest/suspend": "suspend",
  "POST /cluster/bulk-action/guest/migrate": "migrate",
};

/** A guest as its node lists it. */
interface BulkGuest {
  readonly type: "qemu" | "lxc";
  readonly node: string;
  readonly row: Row;
  readonly sid: string;
  readonly isRunning: boolean;
  readonly isUnderHa: boolean;
}

const HA = "GET /cluster/ha/resources";
/** Seconds that guests have for their shutdown unless the call says otherwise. */
const SHUTDOWN_SECONDS = 180;

/** Guests of the node, or of all nodes; templates are left out, and those that are not named. */
async function guestsOf({ node, vms }: Args, state: CurrentState): Promise<BulkGuest[]> {
  const numbers = splitList(vms);
  const nodes = node === undefined
    ? new Set((await state.guests()).map((guest) => guest.node))
    : [String(node)];
  const managed = (await readRows(state, HA, {}) ?? [])
    .filter((row) => row.state !== "ignored").map(({ sid }) => sid);
  const lists = [...nodes].flatMap((each) =>
    (["qemu", "lxc"] as const).map(async (type) => {
      const rows = await readRows(state, `GET /nodes/{node}/${type}`, { node: each }) ?? [];
      return rows.map((row): BulkGuest => {
        const sid = sidOf({ type, vmid: Number(row.vmid) });
        const isRunning = row.status === "running";
        return { type, node: each, row, sid, isRunning, isUnderHa: managed.includes(sid) };
      });
    })
  );
  return (await Promise.all(lists)).flat()
    .filter(({ row }) => !isOn(row.template))
    .filter(({ row }) => numbers.length === 0 || numbers.includes(String(row.vmid)))
    .sort((one, other) => Number(one.row.vmid) - Number(other.row.vmid));
}

function ofGuest(
  { type, node, row }: BulkGuest,
  verdict: Verdict,
  what: string,
  vmid?: unknown,
): Finding {
  const guest = `${kindOf({ type })} ${row.vmid} ${row.name ?? ""}`.trim();
  const found = vmid === undefined
    ? finding(verdict, what, `GET /nodes/{node}/${type}`, { node })
    : finding(verdict, what, guestOperation("GET /nodes/{node}/{type}/{vmid}/config", type), {
      node,
      vmid: Number(vmid),
    });
  return { ...found, guest };
}

/** The configuration of a guest; each is read once. */
function configOf({ type, node, row }: BulkGuest, state: CurrentState): Promise<Row | undefined> {
  const read = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", type);
  return readRow(state, read, { node, vmid: Number(row.vmid) });
}

/** Memory that the nodes have left, as guests are planned onto them. */
class Rooms {
  readonly #free: Map<string, number>;

  constructor(rows: readonly Row[]) {
    this.#free = new Map(
      rows.filter(({ status }) => status !== "offline")
        .map((row) => [String(row.node), Number(row.maxmem) - Number(row.mem)]),
    );
  }

  /** Nodes that are online, the one with most memory first. */
  get nodes(): string[] {
    return [...this.#free].sort(([, one], [, other]) => other - one).map(([node]) => node);
  }

  free(node: string): number {
    return this.#free.get(node) ?? 0;
  }

  take(node: string, memory: number): void {
    this.#free.set(node, this.free(node) - memory);
  }
}

function needOf({ row, isRunning }: BulkGuest): number {
  return isRunning ? Number(row.maxmem ?? 0) : 0;
}

/** What is read once for all guests that move, and what becomes of them. */
interface Ground {
  /** Resources of HA that go to the target. */
  readonly going: Set<string>;
  readonly rooms: Rooms;
  readonly storages: readonly StorageRow[];
  readonly state: CurrentState;
}

/** The nodes on which HA's rules have a guest; undefined when they say nothing. */
async function ruledNodes(
  { sid, isUnderHa }: BulkGuest,
  online: readonly string[],
  state: CurrentState,
): Promise<{ readonly nodes: readonly string[]; readonly rule: string } | undefined> {
  if (!isUnderHa) return undefined;
  const rules = await rulesOf(sid, state);
  const affinity = rules.find(({ type }) => type === "node-affinity");
  return affinity && { nodes: preferredNodes(affinity, online), rule: ruleName(affinity) };
}

async function moveFinding(
  guest: BulkGuest,
  options: MoveOptions,
  { rooms, storages, state, going }: Ground,
): Promise<Finding> {
  const { type, node, row, isRunning, sid } = guest;
  const { vmid } = row;
  const { target } = options;
  if (row.lock) return ofGuest(guest, "stops it", `stays: locked (${row.lock})`);
  const config = await configOf(guest, state);
  if (!config) return ofGuest(guest, "warns", "its configuration cannot be read", vmid);
  const ties = tiesOf(type, config, kindsOn(storages, node));
  const replicas = await replicasOf(Number(vmid), state);
  const moving: MovingGuest = { type, isRunning, ties, replicas };
  const { blockers, separate } = guest.isUnderHa
    ? await companyOf(sid, target, state)
    : { blockers: [], separate: [] };
  const against = [
    ...obstaclesOf(moving, options, storages),
    ...(blockers.length > 0 ? [`HA keeps it apart from ${blockers.join(", ")} there`] : []),
  ];
  const need = needOf(guest);
  const others = rooms.nodes.filter((each) =>
    each !== node && each !== target && rooms.free(each) >= need &&
    obstaclesOf(moving, { ...options, target: each }, storages).length === 0
  );
  const instead = others.length > 0 ? `; ${others[0]} would take it` : "";
  if (against.length > 0) {
    return ofGuest(guest, "stops it", `stays: ${against.join("; ")}${instead}`, vmid);
  }
  const words = `${target}, ${mannerOf(moving)}`;
  if (rooms.free(target) < need) {
    const lack = `${bytes(need)} of memory, of which ${target} has ${
      bytes(Math.max(0, rooms.free(target)))
    } left`;
    return ofGuest(guest, "warns", `${words}; it may use ${lack}${instead}`, vmid);
  }
  rooms.take(target, need);
  going.add(sid);
  const apart = separate.filter((other) => other !== sid && going.has(other));
  if (apart.length > 0) {
    return ofGuest(guest, "warns", `${words}; HA keeps it apart from ${apart.join(", ")}`, vmid);
  }
  const ruled = await ruledNodes(guest, rooms.nodes, state);
  if (ruled && !ruled.nodes.includes(target)) {
    const back = ruled.nodes.join(" or ");
    return ofGuest(guest, "warns", `${words}; HA ${ruled.rule} has it on ${back}`, vmid);
  }
  const unknown = unknownOf(moving);
  if (unknown) return ofGuest(guest, "warns", `${words}; ${unknown}`, vmid);
  return ofGuest(guest, "fine", words, vmid);
}

async function moves(
  guests: readonly BulkGuest[],
  args: Args,
  state: CurrentState,
): Promise<Finding[]> {
  const [nodes, storages] = await Promise.all([
    readRows(state, "GET /nodes", {}),
    storagesOf(state),
  ]);
  const ground: Ground = { going: new Set(), rooms: new Rooms(nodes ?? []), storages, state };
  const options: MoveOptions = {
    target: String(args.target),
    withLocalDisks: isOn(args["with-local-disks"]),
    hasTargetStorage: false,
  };
  await Promise.all(guests.map((guest) => configOf(guest, state)));
  const found: Finding[] = [];
  // One after another, the largest first: each takes of the room that the others have left.
  if (guests.some(({ node }) => node === options.target)) {
    found.push(finding("stops it", "The target is the node itself", "GET /nodes", {}));
  }
  for (const guest of guests.toSorted((one, other) => needOf(other) - needOf(one))) {
    if (guest.node === options.target) continue;
    found.push(await moveFinding(guest, options, ground));
  }
  return found;
}

/** Workers are a parameter or a setting; without either Proxmox VE refuses. */
async function workers(args: Args, state: CurrentState): Promise<Finding[]> {
  if ((args.maxworkers ?? args["max-workers"]) !== undefined) return [];
  const read = "GET /cluster/options";
  const options = await readRow(state, read, {});
  if (!options || options.max_workers !== undefined) return [];
  const what = "maxworkers must be given: max_workers is not set for the cluster";
  return [finding("stops it", what, read, {})];
}

function powerFinding(action: Action, guest: BulkGuest, args: Args): Finding | undefined {
  const { isRunning, isUnderHa, type, row } = guest;
  if (action === "start" ? isRunning : !isRunning) return undefined;
  if (row.lock) return ofGuest(guest, "stops it", `stays as it is: locked (${row.lock})`);
  if (isUnderHa && args.vms === undefined) {
    return ofGuest(guest, "warns", "stays as it is: under HA, and not named in vms");
  }
  const inTime = isUnderHa ? ", by HA in its own time" : "";
  if (action === "start") return ofGuest(guest, "fine", `starts${inTime}`);
  if (action === "suspend") {
    return ofGuest(guest, "fine", type === "qemu" ? "is suspended" : "stays as it is");
  }
  const seconds = args.timeout ?? SHUTDOWN_SECONDS;
  const end = isOff(args["force-stop"]) ? "" : `, cut off after ${seconds} s`;
  return ofGuest(guest, "fine", `shuts down${end}${inTime}`);
}

/** Guests that do not start with their node are left out, unless that is forced. */
async function powers(
  action: Action,
  guests: readonly BulkGuest[],
  args: Args,
  state: CurrentState,
): Promise<Finding[]> {
  const isAny = action !== "start" || isOn(args.force) || args.node === undefined;
  const found = await Promise.all(guests.map(async (guest) => {
    const planned = powerFinding(action, guest, args);
    if (isAny || planned?.verdict !== "fine") return planned;
    const config = await configOf(guest, state);
    if (!config || isOn(Number(config.onboot ?? 0))) return planned;
    return ofGuest(
      guest,
      "warns",
      "stays off: it has no onboot, and force=true is not given",
      guest.row.vmid,
    );
  }));
  return found.filter((each) => each !== undefined);
}

/** What becomes of each guest. */
export const bulk: Check = async ({ operation, args }, state) => {
  const action = ACTIONS[operation];
  if (!action) return [];
  const guests = await guestsOf(args, state);
  if (action !== "migrate") return await powers(action, guests, args, state);
  return [
    ...(args.node === undefined ? [] : await workers(args, state)),
    ...await moves(guests, args, state),
  ];
};
