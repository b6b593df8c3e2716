/**
 * Finds the guest that a call is about, and makes the checks that many operations share.
 *
 * @module
 */
import { type GuestOperation, guestOperation, isOperation } from "../../pve/api.ts";
import { privilegesOn } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import type { Guest, GuestType, Snapshot } from "../core/model.ts";
import { ApiError, failed, forbidden, invalid } from "../core/refusal.ts";
import type { TaskPlan } from "../core/tasks.ts";
import { kindOf } from "./names.ts";

/** Handles one operation of a guest. */
export type GuestHandler = (cluster: Cluster, guest: Guest, call: Call) => unknown;

/** The guest of a call, by number, type and node. */
export function guestOf(cluster: Cluster, call: Call): Guest {
  const { node = "", vmid = "" } = call.path;
  const type: GuestType = call.operation.includes("/qemu") ? "qemu" : "lxc";
  const guest = cluster.guests.get(Number(vmid));
  if (guest?.type === type && guest.node === node) return guest;
  const directory = type === "qemu" ? "qemu-server" : "lxc";
  throw failed(`Configuration file 'nodes/${node}/${directory}/${vmid}.conf' does not exist`);
}

/** Handlers of an operation that VMs and containers share. */
export function guestHandlers(operation: GuestOperation, handler: GuestHandler): Handlers {
  const handlers: Handlers = {};
  for (const type of ["qemu", "lxc"] as const) {
    const name = guestOperation(operation, type);
    if (isOperation(name)) handlers[name] = guestHandler(handler);
  }
  return handlers;
}

/** A handler of a VM whose number its worker alone looks at: one that is missing fails the task. */
export function lateGuestHandler(type: string, handler: GuestHandler): Handler {
  return (cluster, call) => {
    const { node = "", vmid = "" } = call.path;
    try {
      guestOf(cluster, call);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const fail = (): never => {
        throw error;
      };
      return cluster.startTask({ node, type, id: vmid, user: call.user, ms: 500, finish: fail });
    }
    return handler(cluster, guestOf(cluster, call), call);
  };
}

/** A handler of a VM that PVE looks for in the list of all guests: its words are others. */
export function listedGuestHandler(handler: GuestHandler): Handler {
  return (cluster, call) => {
    const { node = "", vmid = "" } = call.path;
    const isVm = call.operation.includes("/qemu");
    if (isVm && !cluster.guests.has(Number(vmid))) {
      throw failed(`unable to find configuration file for VM ${vmid} on node '${node}'`);
    }
    return handler(cluster, guestOf(cluster, call), call);
  };
}

/** A handler that gets its guest. */
export function guestHandler(handler: GuestHandler): Handler {
  return (cluster, call) => handler(cluster, guestOf(cluster, call), call);
}

/** A snapshot of a guest; refuses a name that there is none of. */
export function snapshotOf(guest: Guest, name: string): Snapshot {
  const snapshot = guest.snapshots.get(name);
  if (!snapshot) throw failed(`snapshot '${name}' does not exist`);
  return snapshot;
}

/** Refuses a guest that is locked, unless by one of the `allowed` locks. */
export function assertUnlocked(guest: Guest, allowed: readonly string[] = []): void {
  const { lock } = guest.config;
  if (lock !== undefined && !allowed.includes(String(lock))) {
    throw failed(`${kindOf(guest.type)} is locked (${lock})`);
  }
}

/** A guest that is locked while a task works on it. */
interface GuestLock {
  /** Lets go of the guest; one that something else held before makes the task fail. */
  readonly release: () => void;
  /** Lets go of it when the task has failed. */
  readonly undo: () => void;
}

/** Locks a guest for the time of a task, as its worker does when it begins. */
export function withLock(guest: Guest, lock: string): GuestLock {
  const before = guest.config.lock;
  if (before === undefined) guest.config.lock = lock;
  const undo = (): void => {
    if (guest.config.lock === lock && before === undefined) delete guest.config.lock;
  };
  return {
    undo,
    release: () => {
      if (before !== undefined) throw failed(`${kindOf(guest.type)} is locked (${before})`);
      undo();
    },
  };
}

/** Refuses options that only root@pam, never a token, may use. */
export function assertNoRootOptions(call: Call, options: readonly string[]): void {
  for (const option of options) {
    if (call.params[option] && call.user !== "root@pam") {
      throw invalid({ [option]: "Only root may use this option." });
    }
  }
}

/** Refuses a caller that lacks a privilege. */
export function assertPrivilege(
  cluster: Cluster,
  call: Call,
  path: string,
  privilege: string,
): void {
  if (!privilegesOn(cluster, call.user, path).has(privilege)) {
    throw forbidden(`${path}, ${privilege}`);
  }
}

/** How long PVE waits for the lock of a configuration. */
export const LOCK_WAIT_MS = 10_000;

/** Refuses a VM whose configuration is held by the clean-up after an earlier process. */
export function assertNotHeld(cluster: Cluster, guest: Guest): void {
  if ((guest.heldUntilMs ?? 0) <= cluster.nowMs()) return;
  throw failed(
    `can't lock file '/var/lock/qemu-server/lock-${guest.vmid}.conf' - got timeout`,
  );
}

/** Starts a task about a guest. */
export function guestTask(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  work: Pick<TaskPlan, "type" | "ms" | "log" | "finish" | "undo">,
): string {
  const waitMs = Math.max(0, (guest.heldUntilMs ?? 0) - cluster.nowMs());
  const isHeld = waitMs > LOCK_WAIT_MS;
  return cluster.startTask({
    node: call.path["node"] ?? guest.node,
    id: String(guest.vmid),
    user: call.user,
    ...work,
    ...(isHeld ? { log: ["trying to acquire lock..."] } : {}),
    ms: isHeld ? LOCK_WAIT_MS : work.ms + waitMs,
    finish: () => {
      if (isHeld) assertNotHeld(cluster, guest);
      return work.finish?.();
    },
  });
}
