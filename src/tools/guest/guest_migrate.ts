import type { Args } from "../../pve/encode.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { isUnanswered, tellsOfAbsence } from "../../pve/errors.ts";
import { pollUntil } from "../../base/async/backoff.ts";
import { once } from "../../base/async/once.ts";
import { defined } from "../../base/defined.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { asksHa, HA_TASK_READS, haTask } from "./_ha_tasks.ts";
import { checkAffinity, HA_READS } from "./_ha_affinity.ts";
import { checkTarget, containerMigration, vmMigration } from "./_migration.ts";
import { namedNode, REMOTE_READS, remoteNode, withoutCluster } from "./_remote_node.ts";
import { type GuestState, lockNotes, stateOf, stateWord } from "./_state.ts";

/** Loaded for the first guest that moves to another cluster. */
const loadRemote = once(() => import("./_remote_migration.ts"));

/** The guest's state on a node, or undefined when it is not there. */
async function stateOn(context: ReadContext, node: string): Promise<GuestState | undefined> {
  try {
    return await stateOf(context, { ...guestOf(context), node });
  } catch (error) {
    if (tellsOfAbsence(error)) return undefined;
    throw error;
  }
}

/** The same, where the move failed: a target that does not answer any more may be why. */
async function arrivedOn(context: ReadContext, target: string): Promise<GuestState | undefined> {
  try {
    return await stateOn(context, target);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    context.notes.push(`${target} does not answer: ${errorMessage(error)}`);
    return undefined;
  }
}

/** The arguments for a move within the cluster. */
async function localMigration(context: ReadContext, given: Args): Promise<Args> {
  const guest = guestOf(context);
  const args = { ...given, target: withoutCluster(context, String(given.target)) };
  await checkTarget(context, guest, args);
  await checkAffinity(context, guest, args);
  const prepared = guest.type === "lxc" ? containerMigration : vmMigration;
  return await prepared(context, guest, args);
}

/** The tasks that move a guest. */
const MOVES = /^(?:qmigrate|vzmigrate)$/;

/** What is seen of a move: the guest on its target, or the task by which HA moves it. */
interface Found {
  readonly arrived: GuestState | undefined;
  readonly upid: string | undefined;
}

/** Where the guest is: HA moves it after its task has ended, a failed move may leave it locked. */
async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  const guest = guestOf(context);
  const target = String(args.target);
  const remote = namedNode(context, target);
  if (remote) return await (await loadRemote()).remoteOutcome(context, remote, args, end);
  if (end.state === "running") {
    return { title: `Migrating ${nameOf(guest)} to ${target} has started and goes on` };
  }
  const done = end.state === "done";
  const found = await pollUntil(
    context,
    async (): Promise<Found> => ({
      arrived: done ? await stateOn(context, target) : await arrivedOn(context, target),
      upid: done && asksHa(end.task) ? await haTask(context, guest, end.task, MOVES) : undefined,
    }),
    ({ arrived, upid }) => arrived !== undefined || upid !== undefined,
    done ? context.budget.waitSeconds : 0,
  );
  const task = found.upid === undefined ? undefined : await context.waitForTask(found.upid);
  const arrived = task ? await stateOn(context, target) : found.arrived;
  if (arrived && done) return { object: { node: target, status: stateWord(arrived) } };
  const state = arrived ?? await stateOn(context, guest.node);
  const where = arrived ? target : guest.node;
  const message = `${nameOf(guest)} is ${state ? stateWord(state) : "no longer"} on ${where}`;
  const notes = [message, ...(state ? lockNotes(state) : [])];
  if (!done) return { notes };
  if (task?.state === "failed") return { task, notes: ["HA was asked for it", ...notes] };
  return { title: `Asked HA for it, not yet done: ${message}`, notes, ...defined({ task }) };
}

export default defineTool({
  name: "proxmox_guest_migrate",
  title: "Migrate a guest",
  description: "Move a guest to another node; a running VM moves live.",
  parameterDescriptions: {
    restart: "for a running container",
  },
  actions: {
    default: write({
      param: "target-endpoint",
      given: "POST /nodes/{node}/{type}/{vmid}/remote_migrate",
      otherwise: "POST /nodes/{node}/{type}/{vmid}/migrate",
    }, {
      params: ["online", "restart", "with-local-disks"],
      extraParams: {
        target: { type: "string", required: true, elsewhere: true },
        despite_ha_rule: { type: "boolean", unlisted: true },
      },
      alsoReads: [...HA_READS, ...REMOTE_READS, ...HA_TASK_READS],
      successMessage: "{guest} is on {target}",
      listsDryRun: true,
      prepare: async (args, context) => {
        const remote = args["target-endpoint"] === undefined &&
          await remoteNode(context, String(args.target));
        return remote
          ? await (await loadRemote()).remoteMigration(context, remote, args)
          : args["target-endpoint"] === undefined
          ? await localMigration(context, args)
          : args;
      },
      outcome,
      uses: [
        "GET /nodes",
        "GET /nodes/{node}/qemu/{vmid}/migrate",
        "GET /nodes/{node}/{type}/{vmid}/status/current",
      ],
    }),
  },
});
