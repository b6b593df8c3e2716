/**
 * Starts, stops, suspends and migrates all guests of a node.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import { mayAll } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, list, named, number } from "../core/params.ts";
import { failed, forbidden, invalid } from "../core/refusal.ts";
import { isTemplate } from "./config.ts";
import { migrateTask } from "./migrate.ts";
import { kindOf } from "./names.ts";
import { powerTask } from "./power.ts";
import { isHaManaged } from "./rows.ts";

type Action = "start" | "shutdown" | "suspend" | "migrate";

/** The privilege that each action needs, and the word for it in the log. */
const ACTIONS: Readonly<Record<Action, { readonly privilege: string; readonly verb: string }>> = {
  start: { privilege: "VM.PowerMgmt", verb: "Starting" },
  shutdown: { privilege: "VM.PowerMgmt", verb: "Stopping" },
  suspend: { privilege: "VM.PowerMgmt", verb: "Suspending" },
  migrate: { privilege: "VM.Migrate", verb: "Migrating" },
};

/** True when the action makes sense for the guest. */
function applies(action: Action, guest: Guest, isAny: boolean): boolean {
  if (isTemplate(guest)) return false;
  if (action === "start") {
    return guest.status === "stopped" && (isAny || Number(guest.config.onboot ?? 0) === 1);
  }
  return action === "migrate" || guest.status === "running";
}

/** Guests under HA are left to it, unless they are named; they migrate all the same. */
function isLeftToHa(cluster: Cluster, guest: Guest, action: Action): boolean {
  return action !== "migrate" && isHaManaged(cluster, guest);
}

function selectGuests(cluster: Cluster, call: Call, action: Action): Guest[] {
  const wanted = new Set(list(call, "vms").map(Number));
  const isAny = flag(call, "force") ?? false;
  return cluster.guestsOf(named(call, "node"))
    .filter((guest) => wanted.size === 0 || wanted.has(guest.vmid))
    .filter((guest) => applies(action, guest, isAny))
    .filter((guest) => wanted.size > 0 || !isLeftToHa(cluster, guest, action))
    .sort((a, b) => a.vmid - b.vmid);
}

function assertPermitted(cluster: Cluster, call: Call, action: Action): void {
  const { privilege } = ACTIONS[action];
  if (mayAll(cluster, call.user, "/vms", [privilege])) return;
  const wanted = list(call, "vms");
  if (wanted.length === 0) throw forbidden(`/vms, ${privilege}`);
  for (const vmid of wanted) {
    if (!mayAll(cluster, call.user, `/vms/${vmid}`, [privilege])) {
      throw forbidden(`/vms/${vmid}, ${privilege}`);
    }
  }
}

/** Seconds that a guest has for its shutdown. */
function patience(call: Call): number {
  return number(call, "timeout") ?? 180;
}

/** How each guest is asked: VMs are suspended to disk, and stopped by force at the end. */
function paramsOf(guest: Guest, call: Call, action: Action): Call["params"] {
  if (action === "suspend") return guest.type === "qemu" ? { todisk: true } : {};
  if (action !== "shutdown") return {};
  return { timeout: patience(call), forceStop: flag(call, "force-stop") ?? true };
}

function run(cluster: Cluster, guest: Guest, call: Call, action: Action): string {
  if (action !== "migrate") {
    return powerTask(cluster, guest, call.user, action, paramsOf(guest, call, action));
  }
  const running = guest.status === "running";
  return migrateTask(cluster, guest, call.user, {
    target: named(call, "target"),
    ...(guest.type === "qemu"
      ? { online: running, "with-local-disks": flag(call, "with-local-disks") ?? false }
      : { restart: running }),
  });
}

/** Refuses a target that makes no sense, and a number of workers that nobody has set. */
function assertMigratable(cluster: Cluster, call: Call): void {
  const target = named(call, "target");
  if (target === named(call, "node")) throw invalid({ target: "target is local node." });
  if (!cluster.nodes.has(target)) throw failed(`no such cluster node '${target}'`);
  const workers = number(call, "maxworkers") ??
    cluster.table("datacenter").get("options")?.max_workers;
  if (workers === undefined) {
    throw failed("either 'max-workers' parameter or max_workers in datacenter.cfg must be set!");
  }
}

/** Longer than the task of any one guest. */
const BULK_TASK_MS = 3_500;

/** A task that starts one task per guest, and ends after all of them. */
function bulk(type: string, action: Action): Handler {
  return (cluster, call) => {
    assertPermitted(cluster, call, action);
    if (action === "migrate") assertMigratable(cluster, call);
    const guests = selectGuests(cluster, call, action);
    const log = guests.flatMap((guest) => [
      ...line(guest, call, action),
      ...attempt(cluster, guest, call, action),
    ]);
    if (action === "migrate") {
      const workers = number(call, "maxworkers") ?? 1;
      log.push(
        guests.length === 0
          ? "no virtual guests matched, nothing to do.."
          : `All jobs finished, used ${workers} workers in total.`,
      );
    }
    return cluster.startTask({
      node: named(call, "node"),
      type,
      id: "",
      user: call.user,
      ms: guests.length === 0 ? 500 : bulkMs(cluster, guests, call, action),
      log,
    });
  };
}

/** Until the last guest is done with; a deaf one takes all its time. */
function bulkMs(
  cluster: Cluster,
  guests: readonly Guest[],
  call: Call,
  action: Action,
): number {
  const isWaiting = action === "shutdown" && guests.some((guest) => cluster.isDeaf(guest));
  return BULK_TASK_MS + (isWaiting ? patience(call) * 1000 : 0);
}

function line(guest: Guest, call: Call, action: Action): string[] {
  const what = `${kindOf(guest.type)} ${guest.vmid}`;
  const timeout = action === "shutdown" ? ` (timeout = ${patience(call)} seconds)` : "";
  const check = action === "migrate" ? [`Check ${what}: precondition check passed`] : [];
  return [...check, `${ACTIONS[action].verb} ${what}${timeout}`];
}

function attempt(cluster: Cluster, guest: Guest, call: Call, action: Action): string[] {
  try {
    run(cluster, guest, call, action);
    return [];
  } catch (error) {
    return [errorMessage(error)];
  }
}

/** Handlers of actions on all guests of a node. */
export const handlers: Handlers = {
  "POST /nodes/{node}/startall": bulk("startall", "start"),
  "POST /nodes/{node}/stopall": bulk("stopall", "shutdown"),
  "POST /nodes/{node}/suspendall": bulk("suspendall", "suspend"),
  "POST /nodes/{node}/migrateall": bulk("migrateall", "migrate"),
};
