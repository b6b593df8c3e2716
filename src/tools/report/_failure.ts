/**
 * What becomes of the guests when a node fails, and how they leave it beforehand; or when a storage
 * fails.
 *
 * @module
 */
import { didYouMean } from "../../base/text/nearest.ts";
import { bytes, counted, some } from "../../base/text/units.ts";
import type { Args } from "../../pve/encode.ts";
import { nameOf, sidOf } from "../../pve/guests.ts";
import { votesOf, votesText } from "../../pve/quorum.ts";
import { kindsOn } from "../../pve/storage_rows.ts";
import { type Ties, tiesOf } from "../../pve/ties.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import { downSteps, downTitle } from "./_down.ts";
import { type Move, moveCalls, planMoves, type Room, roomsOf } from "./_moves.ts";
import { type GuestRow, type NodeRow, type Readings, type Resources, rowsOf } from "./_readings.ts";
import { type Fate, fateOf, highAvailability, localImages } from "./_recovery.ts";
import { type Report, shareText } from "./_report.ts";
import { storageFailure } from "./_storage_failure.ts";
import { configsOf } from "./_configs.ts";

/** Guests of the node whose configurations are read, those that run or are under HA first. */
const MAX_CONFIGS = 600;

interface Vote {
  readonly text: string;
  /** Undefined where the votes cannot be seen. */
  readonly quorate: boolean | undefined;
}

/** Whether the rest has the majority of the votes. */
async function votesWithout(
  readings: Readings,
  { nodes }: Resources,
  online: readonly string[],
): Promise<Vote> {
  const [members, qdevice] = await Promise.all([
    readings.read("GET /cluster/config/nodes", {}, "votes of nodes"),
    readings.read<Row>("GET /cluster/config/qdevice", {}, "the QDevice"),
  ]);
  const votes = votesOf(nodes.map(({ node }) => node), online, rowsOf(members), qdevice);
  if (!votes) return { quorate: undefined, text: "unknown: the votes cannot be seen" };
  const { quorate } = votes;
  return { quorate, text: `${quorate ? "kept" : "lost"}, ${votesText(votes)}` };
}

/** `pve1: 40 GiB come, 80 GiB free`, and whether it suffices. */
function memoryText(fates: readonly Fate[], rooms: readonly Room[]): string[] {
  return rooms.flatMap(({ node, free }) => {
    const coming = fates.filter(({ back }) => back === node)
      .reduce((sum, { guest }) => sum + (guest.maxmem ?? 0), 0);
    if (coming === 0) return [];
    const come = `${bytes(coming)} come`;
    if (free === undefined) return [`${node}: ${come}, what is free cannot be seen`];
    return [
      `${node} ${coming <= free ? "suffices" : "lacks memory"}: ${come}, ${bytes(free)} free`,
    ];
  });
}

function total(guests: readonly GuestRow[], field: "maxmem" | "maxcpu"): number {
  return guests.reduce((sum, guest) => sum + Number(guest[field] ?? 0), 0);
}

/** Whether the others could take all that runs on the node. */
function roomText(
  running: readonly GuestRow[],
  rooms: readonly Room[],
  nodes: readonly NodeRow[],
): string {
  if (rooms.some(({ free }) => free === undefined)) {
    return "unknown: the memory of the other nodes cannot be seen";
  }
  const cores = nodes.reduce((sum, { maxcpu = 0 }) => sum + maxcpu, 0);
  const need = total(running, "maxmem");
  const free = rooms.reduce((sum, room) => sum + (room.free ?? 0), 0);
  return `${need <= free ? "yes" : "no"}: ${bytes(need)} promised to what runs there, ${
    bytes(free)
  } free elsewhere; ${total(running, "maxcpu")} cores promised, ${cores} there`;
}

function assertNode({ nodes }: Resources, node: string): void {
  const names = nodes.map((row) => row.node);
  if (names.includes(node)) return;
  throw new ToolError(`There is no node "${node}"`, {
    reason: `Nodes: ${names.join(", ")}.${didYouMean(node, names)}`,
  });
}

/** What is known of the guests of a node. */
async function readTies(
  readings: Readings,
  { storages }: Resources,
  node: string,
  guests: readonly GuestRow[],
): Promise<Map<number, Ties>> {
  const here = kindsOn(storages, node);
  const read = guests.slice(0, MAX_CONFIGS);
  if (read.length < guests.length) {
    readings.note(`Configurations of ${guests.length - read.length} guests were not read`);
  }
  const configs = await configsOf(readings, read);
  return new Map(read.flatMap((guest) => {
    const config = configs.get(guest.vmid);
    return config ? [[guest.vmid, tiesOf(guest.type, config, here)] as const] : [];
  }));
}

function nextSteps(
  node: string,
  fates: readonly Fate[],
  moves: ReadonlyMap<number, Move>,
): string[] {
  const noHa = fates.find(({ why }) => why === "not under HA");
  const local = fates.find(({ why }) => why.includes("local disk"));
  const stuck = [...moves.values()].some(({ verdict }) => verdict === "stays");
  const steps = [
    ...(noHa
      ? [`proxmox_ha_resource action=create sid=${sidOf(noHa.guest)} — HA starts it elsewhere`]
      : []),
    ...(local
      ? [
        `proxmox_guest_disk_move vmid=${local.guest.vmid} storage=… — to shared storage; or ` +
        "proxmox_cluster_replication_job, where it is ZFS",
      ]
      : []),
    ...(stuck
      ? [
        "proxmox_guest_config_update vmid=… — take out what stops a move; snapshots: proxmox_guest_snapshot",
      ]
      : []),
    ...moveCalls(node, moves),
  ];
  return steps.length > 0
    ? steps
    : [`proxmox_node_power action=shutdown node=${node} dry_run=true — what else it takes along`];
}

function titleOf(
  node: string,
  fates: readonly Fate[],
  moves: readonly Move[],
  seesGuests: boolean,
  vote: Vote,
): string {
  const all = fates.length;
  const seen = seesGuests ? "" : " that can be seen";
  const unknown = fates.filter((fate) => fate.unknown).length;
  const down = fates.filter((fate) => fate.back === undefined && !fate.unknown).length;
  const of = (verdict: Move["verdict"]): number =>
    moves.filter((move) => move.verdict === verdict).length;
  const fate = shareText(all, unknown, {
    known: `${down} of ${counted(all, "running guest")}${seen} ${
      down === 1 ? "stays" : "stay"
    } down`,
    none: "what becomes",
  });
  const work = shareText(all, all - moves.length + of("unknown"), {
    known: `for work on it ${of("moves")} can move, ${of("stays")} cannot`,
    none: "for work on it the way",
  });
  return `If ${node} fails, ${withoutQuorum(vote)}${fate}; ${work}`;
}

/** What weighs most where the rest is no majority. */
function withoutQuorum({ quorate, text }: Vote): string {
  return quorate === false ? `the quorum is ${text}: nothing starts or changes; ` : "";
}

async function nodeFailure(
  readings: Readings,
  resources: Resources,
  node: string,
  seesGuests: boolean,
): Promise<Report> {
  assertNode(resources, node);
  const online = resources.online.filter((each) => each !== node);
  const nodes = resources.nodes.filter((row) => online.includes(row.node));
  const guests = resources.guests.filter((guest) => guest.node === node && !guest.template)
    .sort((one, other) =>
      Number(other.status === "running") - Number(one.status === "running") || one.vmid - other.vmid
    );
  const isOnline = resources.online.includes(node);
  const { storages } = resources;
  if (!isOnline) readings.note(`${node} is offline: what ties its guests to it is not known`);
  const [vote, ties, replication] = await Promise.all([
    votesWithout(readings, resources, online),
    isOnline ? readTies(readings, resources, node, guests) : new Map<number, Ties>(),
    readings.read("GET /cluster/replication", {}, "replication jobs"),
  ]);
  const [ha, images] = await Promise.all([
    highAvailability(readings, resources, online, vote.quorate),
    localImages(readings, resources, [...ties.values()], online),
  ]);
  const replicasOf = ({ vmid }: GuestRow): string[] =>
    rowsOf(replication).filter((row) => Number(row.guest) === vmid && !Number(row.disable ?? 0))
      .map(({ target }) => String(target));
  // Of a node that is down already nobody knows what ran there: all of it may have.
  const up = guests.filter(({ status }) => status === "running" || status === "unknown");
  const fates = up.map((guest) =>
    fateOf(guest, ha, ties.get(guest.vmid), replicasOf(guest), { images, storages })
  );
  const moves = isOnline
    ? planMoves(
      up.map((guest) => [guest, ties.get(guest.vmid)] as const),
      roomsOf(nodes),
      storages,
      replicasOf,
      (guest) => ha.placements.get(sidOf(guest)),
    )
    : new Map<number, Move>();
  const down = fates.filter(({ back }) => back === undefined);
  const rows = [...down, ...fates.filter(({ back }) => back !== undefined)].map((fate) => ({
    guest: nameOf(fate.guest),
    if_it_fails: fate.unknown
      ? "unknown"
      : fate.back === undefined
      ? "stays down"
      : `back on ${fate.back}`,
    why: fate.why,
    before_work: moves.get(fate.guest.vmid)?.text ?? "unknown",
  }));
  const rooms = roomsOf(nodes);
  const off = guests.length - up.length;
  const nothing = seesGuests ? "nothing" : "nothing that can be seen";
  const isKnown = isOnline && seesGuests;
  return {
    title: isOnline
      ? titleOf(node, fates, [...moves.values()], seesGuests, vote)
      : downTitle(node, fates, seesGuests, withoutQuorum(vote)),
    facts: {
      "stays down":
        some(down.filter(({ unknown }) => !unknown).map(({ guest }) => nameOf(guest)), 8) ||
        (fates.some(({ unknown }) => unknown) ? "unknown" : nothing),
      quorum: vote.text,
      "memory where they come back": memoryText(fates, rooms).join("; ") ||
        (fates.some(({ unknown }) => unknown) || !isKnown ? "unknown" : "nothing comes back"),
      "room for all of them": isKnown
        ? roomText(up, rooms, nodes)
        : `unknown: ${isOnline ? "not every guest can be seen" : "what ran there is not known"}`,
      "not running": `${counted(off, "guest")}${seesGuests ? "" : " that can be seen"}, which ${
        off === 1 ? "is" : "are"
      } not started elsewhere`,
    },
    columns: ["guest", "if_it_fails", "why", "before_work"],
    rows,
    unseen: readings.unseen(),
    next: isOnline ? nextSteps(node, down, moves) : downSteps(node, down),
  };
}

/** The report `failure`. */
export async function failure(readings: Readings, { node, storage }: Args): Promise<Report> {
  if ((node === undefined) === (storage === undefined)) {
    throw new ToolError("Cannot tell what would fail", {
      reason: "Give either a node or a storage",
      parameters: { node: "a node's name, or a storage in its place" },
    });
  }
  const [resources, sees] = await Promise.all([
    readings.resources(),
    readings.check([
      ["VM.Audit", "/vms", "guests"],
      ["Sys.Audit", "/", "HA, quorum and free memory"],
      ...storage === undefined
        ? []
        : [["Datastore.Allocate", `/storage/${storage}`, "volumes"] as const],
    ]),
  ]);
  await readings.assertGuests(resources);
  return storage === undefined
    ? await nodeFailure(readings, resources, String(node), sees("VM.Audit"))
    : await storageFailure(readings, resources, String(storage), sees);
}
