/**
 * Starts that come after: creating, restoring and rolling back end their task before the guest
 * runs, and leave its start to a task of its own.
 *
 * @module
 */
import { pollUntil } from "../../base/async/backoff.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type GuestState, type Place, placeArgs, stateOf } from "./_state.ts";

/** A guest that was to be started, and why it was not. */
export interface Started {
  readonly state: GuestState;
  /** Exit status of the task that failed to start it. */
  readonly failure?: string;
}

/** Operations that {@linkcode startedState} calls. */
export const START_READS = [
  "GET /nodes/{node}/{type}/{vmid}/status/current",
  "GET /nodes/{node}/tasks",
] as const;

/** How the latest task that starts a guest ended; undefined while it runs, and after success. */
async function startFailure(context: ReadContext, guest: Place): Promise<string | undefined> {
  const typefilter = guest.type === "qemu" ? "qmstart" : "vzstart";
  const args = { ...placeArgs(guest), typefilter, source: "all", limit: 1 };
  const { data } = await context.request("GET /nodes/{node}/tasks", args);
  const [task] = data as readonly { readonly status?: string }[];
  const isFailure = task?.status !== undefined &&
    !/^(?:RUNNING|OK|WARNINGS: \d+)$/.test(task.status);
  return isFailure ? task.status : undefined;
}

/** The guest's state once it runs, or its start has failed, or the time to wait is over. */
export async function startedState(context: ReadContext, guest: Place): Promise<Started> {
  const look = async (): Promise<Started> => {
    const state = await stateOf(context, guest);
    if (state.status === "running") return { state };
    const failure = await startFailure(context, guest);
    return failure === undefined ? { state } : { state, failure };
  };
  const isOver = ({ state, failure }: Started): boolean =>
    state.status === "running" || failure !== undefined;
  return await pollUntil(context, look, isOver, context.budget.waitSeconds);
}

/** What to say of a guest that was to be started. */
export function startNotes({ state, failure }: Started): string[] {
  if (failure !== undefined) return [`It could not be started: ${failure}`];
  return state.status === "running" ? [] : ["Its start was asked for, and is not done yet"];
}
