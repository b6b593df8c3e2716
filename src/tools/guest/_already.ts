/**
 * What a change of power asks for and is so already: answered at once, in place of a task that would
 * fail, or ask HA for what it has done.
 *
 * @module
 */
import { type Guest, nameOf, sidOf } from "../../pve/guests.ts";
import type { Args } from "../../pve/encode.ts";
import type { Answer } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type GuestState, stateOf } from "./_state.ts";

type Wanted = "running" | "stopped" | "paused";

/** Reads that tell whether it is so already; without them it is asked for. */
export const ALREADY_READS = [
  "GET /nodes/{node}/{type}/{vmid}/status/current",
  "GET /cluster/tasks",
  "GET /cluster/ha/resources/{sid}",
] as const;

/** Tasks that change whether a guest runs; a console or a backup may go on for long. */
const POWER =
  /^(?:(?:qm|vz)(?:start|stop|shutdown|reboot|pause|suspend|resume|rollback|restore|create|destroy)|qmigrate|vzmigrate|ha\w+)$/;
/**
 * Locks of work that ends with the guest otherwise, also where the token may not see its task: a
 * backup starts or resumes what it has stopped or suspended, a restore or rollback may start it.
 */
const UNSETTLED: Readonly<Record<Wanted, RegExp>> = {
  running: /^(?:suspending|rollback)$/,
  stopped: /^(?:suspended|backup|create|migrate|rollback)$/,
  paused: /^(?:suspending|backup|rollback)$/,
};
/** Seconds in which HA's managers take up what was asked of them. */
const HA_ROUND_SECONDS = 30;
/** States of a resource that HA keeps running, or off. */
const KEPT = { running: /^(?:started|enabled)$/, stopped: /^(?:stopped|disabled)$/ } as const;

/** How long to look: what it finds spares a request, no more. */
const QUICK = { timeoutSeconds: 5 };

interface TaskRow {
  readonly id?: string;
  readonly type: string;
  readonly endtime?: number;
}

/** True for what runs on; a VM whose QEMU says nothing is called `running` as well, and may not. */
function isRunning(state: GuestState): boolean {
  const { status, qmpstatus } = state;
  return status === "running" &&
    (qmpstatus === undefined || (qmpstatus === "running" && state["running-qemu"] !== undefined));
}

/** How it is, in a word; undefined when it is not as wanted, or about to change. */
function wordOf(wanted: Wanted, state: GuestState, args: Args): string | undefined {
  const { status, qmpstatus, lock = "" } = state;
  const isOff = status === "stopped";
  if (args.todisk === true && wanted === "paused") {
    return isOff && lock === "suspended" ? "hibernated" : undefined;
  }
  if (UNSETTLED[wanted].test(lock)) return undefined;
  if (wanted === "stopped") return isOff ? "off" : undefined;
  if (wanted === "running") return isRunning(state) ? "running" : undefined;
  return !isOff && qmpstatus === "paused" ? "paused" : undefined;
}

/** True when no task is about to change how the guest is, and HA has taken up what it was asked. */
async function isSettled(context: ReadContext, { vmid }: Guest): Promise<boolean> {
  const { data } = await context.request("GET /cluster/tasks", {}, QUICK);
  const since = context.clock.now() / 1000 - HA_ROUND_SECONDS;
  return !(data as readonly TaskRow[]).some(({ id, type, endtime }) =>
    id === String(vmid) && POWER.test(type) &&
    (endtime === undefined || (type.startsWith("ha") && endtime > since))
  );
}

/** True when HA, where the guest is under it, keeps it as it is. */
async function isKept(
  context: ReadContext,
  guest: Guest,
  wanted: Wanted,
  state: GuestState,
): Promise<boolean> {
  const { managed, state: now } = (state.ha ?? {}) as { managed?: unknown; state?: string };
  if (!Number(managed ?? 0)) return true;
  const { data } = await context.request(
    "GET /cluster/ha/resources/{sid}",
    { sid: sidOf(guest) },
    QUICK,
  );
  const kept = String((data as { readonly state?: string }).state ?? "started");
  return now !== "error" &&
    (kept === "ignored" || KEPT[wanted === "stopped" ? wanted : "running"].test(kept));
}

/**
 * The answer where it is so already. What cannot be read is left to Proxmox VE to judge, as is what
 * changes after the look.
 */
export function alreadySo(
  wanted: Wanted,
): (context: ReadContext, args: Args) => Promise<Answer | undefined> {
  return async (context, args) => {
    const guest = guestOf(context);
    try {
      const state = await stateOf(context, guest, QUICK);
      const word = wordOf(wanted, state, args);
      if (word === undefined || !await isKept(context, guest, wanted, state)) return undefined;
      if (!await isSettled(context, guest)) return undefined;
      return {
        title: `${nameOf(guest)} is ${word} already`,
        object: { status: state.status },
        notes: ["Nothing was done"],
      };
    } catch {
      context.signal.throwIfAborted();
      return undefined;
    }
  };
}
