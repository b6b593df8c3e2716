/**
 * How a guest stands now, asked of its node: `/cluster/resources` may be some seconds old.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { pollUntil } from "../../base/async/backoff.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, Outcome } from "../../tool/define.ts";
import { asksHa, haTask } from "./_ha_tasks.ts";
import { HA_REQUESTED } from "../../answer/hints/messages.ts";

/** Where a guest is. */
export type Place = Pick<Guest, "vmid" | "type" | "node">;

/** What `status/current` answers, as far as tools read it. */
export interface GuestState {
  readonly [key: string]: unknown;
  /** `running` or `stopped`; a paused VM is running. */
  readonly status: string;
  readonly name?: string;
  /** VMs: `paused`, `suspended` and others, finer than `status`. */
  readonly qmpstatus?: string;
  readonly lock?: string;
}

/** Path parameters of a guest. */
export function placeArgs({ node, vmid }: Place): { node: string; vmid: number } {
  return { node, vmid };
}

/** The state of a guest as its node tells it. */
export async function stateOf(
  context: ReadContext,
  guest: Place,
  own: { readonly timeoutSeconds?: number } = {},
): Promise<GuestState> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/status/current", guest.type);
  return (await context.request(operation, placeArgs(guest), own)).data as GuestState;
}

/** The finest word for a state: `running`, `stopped`, `paused`… */
export function stateWord(state: GuestState): string {
  return state.status === "stopped" ? "stopped" : state.qmpstatus ?? state.status;
}

const START = "proxmox_guest_start starts it";

const RESUME = "proxmox_guest_resume continues it";

/** How a change of power is looked after. */
export interface PowerLook {
  /** What to do when the guest is not as wanted. */
  readonly hint?: string;
  /** The state may come only after the task has ended. */
  readonly late?: boolean;
}

/** The tasks by which HA brings guests there. */
const TASKS = { running: /^(?:qm|vz)start$/, stopped: /^(?:qm|vz)(?:stop|shutdown)$/ } as const;
const HA_GOES_ON =
  "HA was asked for it and may try again: proxmox_ha_resource action=status shows what it does";

/** True where HA does not try again. */
function hasGivenUp({ ha }: GuestState): boolean {
  return (ha as { readonly state?: unknown } | null | undefined)?.state === "error";
}

/**
 * What to say of a change of power: nothing when its task did it; where HA does it after its task,
 * or where the task failed or is not over, how the guest stands.
 */
export function powerOutcome(
  wanted: "running" | "stopped",
  { hint, late = false }: PowerLook = {},
): (context: ReadContext, args: unknown, end: CallResult) => Promise<Outcome> {
  return async (context, _args, end) => {
    const guest = guestOf(context);
    const done = end.state === "done";
    const byHa = asksHa(end.task);
    if (done && !byHa && !late) return {};
    const look = (): Promise<GuestState> => stateOf(context, guest);
    const isThere = ({ status }: GuestState): boolean => status === wanted;
    const isOver = (state: GuestState): boolean => isThere(state) || hasGivenUp(state);
    const state = await pollUntil(context, look, isOver, done ? context.budget.waitSeconds : 0);
    const arrived = isThere(state);
    if (arrived && done) return {};
    const startsIt = hint !== undefined && wanted === "running" && state.status === "stopped";
    // What was refused at once was not held up by anything in the guest.
    const next = startsIt ? START : end.task && hint;
    const message = `${nameOf(guest)} ${arrived ? "is" : "is still"} ${stateWord(state)}`;
    const notes = [
      ...(byHa && done ? [HA_REQUESTED] : []),
      ...(wanted === "running" && stateWord(state) === "paused" ? [RESUME] : []),
      ...(arrived || next === undefined ? [] : [next]),
      ...lockNotes(state),
    ];
    if (!done) return { notes: [message, ...notes] };
    const upid = byHa && await haTask(context, guest, end.task, TASKS[wanted]);
    const task = upid ? await context.waitForTask(upid) : undefined;
    if (task?.state === "failed") return { task, notes: [message, ...notes, HA_GOES_ON] };
    return { title: `Asked for, not yet done: ${message}`, notes };
  };
}

/** That a lock is on the guest: other changes are refused until it is gone. */
export function lockNotes(state: GuestState): string[] {
  const { lock, vmid, type } = state;
  if (lock === undefined) return [];
  if (lock === "suspended") return ["It is locked (suspended): proxmox_guest_start resumes it"];
  const program = type === "lxc" ? "pct" : "qm";
  return [
    `It is locked (${lock}): where no task works on it any more, root takes the lock away on its node: ${program} unlock ${vmid}`,
  ];
}
