/**
 * The arguments of a migration to another cluster of this server, and what came of it on both sides.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { drivesOf } from "../../pve/effects/drives.ts";
import type { Args } from "../../pve/encode.ts";
import { tellsOfAbsence } from "../../pve/errors.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { ToolError } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, Outcome } from "../../tool/define.ts";
import {
  type Departure,
  isImage,
  moveProblems,
  placeProblems,
  storagesOf,
} from "./_remote_checks.ts";
import { asPairs, readMap } from "./_remote_map.ts";
import type { RemoteNode } from "./_remote_node.ts";
import { endpointOf } from "./_remote_target.ts";
import { type GuestState, lockNotes, stateOf, stateWord } from "./_state.ts";
import { configOf } from "./_volumes.ts";

/** What may differ there, and is not looked at. */
function cpuNotes({ guest, state, config }: Departure): string[] {
  const cpu = String(config.cpu ?? "");
  if (guest.type !== "qemu" || state.status !== "running") return [];
  if (/^(?:cputype=)?host\b/.test(cpu)) {
    return ["Its CPU type is host: it goes on only where the CPU there is alike"];
  }
  return /^(?:cputype=)?custom-/.test(cpu)
    ? [`Its CPU type ${cpu.split(",")[0]} must be there, too, before it is started again`]
    : [];
}

/** Parameters that this migration has, by the type of guest. */
const TAKEN = {
  qemu: ["target-vmid", "delete", "bwlimit"],
  lxc: ["target-vmid", "delete", "bwlimit", "timeout"],
} as const;

/** What says how a guest moves, and is worked out here. */
const WORKED_OUT = [
  ...["target", "target-storage", "targetstorage", "target-bridge", "online", "restart"],
  "with-local-disks",
];

/** Parameters of a move within the cluster that this one does without. */
function unsentNotes({ guest, args }: Departure): string[] {
  const known: readonly string[] = [...WORKED_OUT, ...TAKEN[guest.type]];
  return Object.keys(args).filter((name) => !known.includes(name)).map((name) =>
    `"${name}" was not sent: a move to another cluster has no such parameter`
  );
}

/**
 * The arguments of a migration to a node of another cluster.
 *
 * @throws {ToolError} With all that stands against it.
 */
export async function remoteMigration(
  context: ReadContext,
  target: RemoteNode,
  args: Args,
): Promise<Args> {
  const guest = guestOf(context);
  const [state, config] = await Promise.all([stateOf(context, guest), configOf(context, guest)]);
  const drives = drivesOf(guest.type, config).filter((drive) => !isImage(drive));
  const departure: Departure = { context, guest, state, config, drives, target, args };
  const storages = readMap(args["target-storage"] ?? args.targetstorage);
  const bridges = readMap(args["target-bridge"]);
  const place = await placeProblems(departure);
  if (place.length > 0) throw refusal(departure, place);
  const endpoint = await endpointOf(target);
  const problems = await moveProblems(departure, storages, bridges);
  if (problems.length > 0) throw refusal(departure, problems);
  context.notes.push(...cpuNotes(departure), ...unsentNotes(departure));
  const isRunning = state.status === "running";
  return {
    target: `${target.cluster.name}/${target.node}`,
    ...defined(Object.fromEntries(TAKEN[guest.type].map((name) => [name, args[name]]))),
    ...(isRunning ? guest.type === "qemu" ? { online: true } : { restart: true } : {}),
    "target-endpoint": endpoint,
    "target-storage": asPairs(storages, storagesOf(drives)) || "1",
    "target-bridge": args["target-bridge"] ?? "1",
  };
}

function refusal({ guest, target }: Departure, problems: readonly string[]): ToolError {
  return new ToolError(
    `Cannot migrate ${nameOf(guest)} to ${target.node} in the cluster ${target.cluster.name}`,
    { reason: problems.join(". "), problems, notes: ["Nothing was moved"] },
  );
}

/** What a look at one side finds: the guest's state, nothing, or why that could not be read. */
async function sideOf(look: Promise<GuestState>): Promise<GuestState | string | undefined> {
  try {
    return await look;
  } catch (error) {
    return tellsOfAbsence(error) ? undefined : errorMessage(error);
  }
}

/** The state of the guest where it was to arrive. */
async function stateThere(
  { cluster, node }: RemoteNode,
  { type, vmid }: Pick<Guest, "type" | "vmid">,
): Promise<GuestState> {
  const operation = `GET /nodes/{node}/${type}/{vmid}/status/current` as const;
  return (await cluster.request(operation, { node, vmid })).data as GuestState;
}

/** Where the guest is on both sides, when the move is over. */
export async function remoteOutcome(
  context: ReadContext,
  target: RemoteNode,
  args: Args,
  end: CallResult,
): Promise<Outcome> {
  const guest = guestOf(context);
  const { cluster, node } = target;
  const vmid = Number(args["target-vmid"] ?? guest.vmid);
  const where = `${node} in the cluster ${cluster.name}`;
  if (end.state === "running") {
    return { title: `Migrating ${nameOf(guest)} to ${where} has started and goes on` };
  }
  cluster.guests.forget();
  const [arrived, left] = await Promise.all([
    sideOf(stateThere(target, { type: guest.type, vmid })),
    sideOf(stateOf(context, guest)),
  ]);
  const here = context.cluster === undefined ? "here" : `in the cluster ${context.cluster}`;
  const notes = typeof left === "string"
    ? [`Whether ${nameOf(guest)} is still ${here} could not be read: ${left}`]
    : left
    ? [`${nameOf(guest)} is ${stateWord(left)} ${here}, on ${guest.node}`, ...lockNotes(left)]
    : [`${nameOf(guest)} is no longer ${here}`];
  if (typeof arrived === "string") {
    return { notes: [`Whether it is on ${where} could not be read: ${arrived}`, ...notes] };
  }
  if (!arrived || end.state !== "done") {
    const there = arrived
      ? `${vmid} is ${stateWord(arrived)} on ${where}`
      : `It is not on ${where}`;
    return { notes: [there, ...notes, ...(arrived ? lockNotes(arrived) : [])] };
  }
  return {
    title: `${nameOf(guest)} is ${vmid === guest.vmid ? "" : `${vmid} `}on ${where}`,
    object: { cluster: cluster.name, node, vmid, status: stateWord(arrived) },
    notes,
  };
}
