/**
 * Starting, stopping, suspending guests. Sources: PVE::API2::Qemu, PVE::API2::LXC::Status.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, number } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import { requestStart, requestStop } from "../ha/manager.ts";
import {
  assertNoRootOptions,
  assertPrivilege,
  assertUnlocked,
  guestHandler,
  guestHandlers,
  guestTask,
  lateGuestHandler,
} from "./find.ts";
import { kindOf, sidOf, workerType } from "./names.ts";
import { formattingLines } from "./progress.ts";
import { isHaManaged, isLeftToHa } from "./rows.ts";
import { keepState, START_MS, startNow, stopNow } from "./state.ts";

function assertRunning(guest: Guest, kind = kindOf(guest.type)): void {
  if (guest.status !== "running") throw failed(`${kind} ${guest.vmid} not running`);
}

/** A guest that HA manages is only asked for: HA does it after the task. */
function byHa(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  type: "hastart" | "hastop",
  finish: () => void,
): string {
  const what = type === "hastart" ? "start" : "stop";
  const log = [`Requesting HA ${what} for ${kindOf(guest.type)} ${guest.vmid}`];
  return guestTask(cluster, guest, call, { type, ms: 1_000, log, finish });
}

function start(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock", "stateuri", "migratedfrom"]);
  if (guest.type === "lxc" && guest.status === "running") {
    throw failed(`CT ${guest.vmid} already running`);
  }
  if (isLeftToHa(cluster, guest, call)) {
    return byHa(cluster, guest, call, "hastart", () => requestStart(cluster, sidOf(guest)));
  }
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "start"),
    ms: START_MS,
    finish: () => startNow(cluster, guest),
  });
}

function stopUnlocked(cluster: Cluster, guest: Guest): void {
  if (guest.status === "running") assertUnlocked(guest);
  stopNow(cluster, guest);
}

function stop(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock", "migratedfrom"]);
  if (guest.type === "lxc") assertRunning(guest);
  if (isLeftToHa(cluster, guest, call)) {
    if (flag(call, "overrule-shutdown")) {
      throw invalid({ "overrule-shutdown": "Not applicable for HA resources." });
    }
    return byHa(cluster, guest, call, "hastop", () => requestStop(cluster, sidOf(guest), 0));
  }
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "stop"),
    ms: 1_000,
    finish: () => stopUnlocked(cluster, guest),
  });
}

const NO_REACTION = "VM quit/powerdown failed - got timeout";

/** How long it takes until a guest is down, or is no longer waited for. */
function shutdownMs(cluster: Cluster, guest: Guest, call: Call): number {
  return cluster.isDeaf(guest) ? 1000 * (number(call, "timeout") ?? 60) : 3_000;
}

function shutdown(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  if (guest.type === "lxc") assertRunning(guest);
  if (guest.status === "running" && guest.qmpstatus === "paused" && !flag(call, "forceStop")) {
    throw failed("VM is paused - cannot shutdown");
  }
  if (isLeftToHa(cluster, guest, call)) {
    const seconds = number(call, "timeout") ?? 60;
    return byHa(cluster, guest, call, "hastop", () => requestStop(cluster, sidOf(guest), seconds));
  }
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "shutdown"),
    ms: shutdownMs(cluster, guest, call),
    finish: () => {
      const isDeaf = cluster.isDeaf(guest);
      if (isDeaf && !flag(call, "forceStop")) throw failed(NO_REACTION);
      stopUnlocked(cluster, guest);
      return isDeaf ? ["VM still running - terminating now with SIGTERM"] : [];
    },
  });
}

function reboot(cluster: Cluster, guest: Guest, call: Call): string {
  // PVE says VM of containers as well here.
  assertRunning(guest, "VM");
  if (guest.qmpstatus === "paused") throw failed("VM is paused - cannot shutdown");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "reboot"),
    ms: shutdownMs(cluster, guest, call),
    finish: () => {
      if (cluster.isDeaf(guest)) throw failed(NO_REACTION);
      assertUnlocked(guest);
      stopNow(cluster, guest);
      delete guest.endedMs;
      startNow(cluster, guest);
    },
  });
}

function suspend(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  assertRunning(guest);
  if (guest.type === "lxc") return checkpoint(cluster, guest, call);
  const toDisk = flag(call, "todisk") ?? false;
  if (toDisk) {
    if (isHaManaged(cluster, guest)) throw failed("Cannot suspend HA managed VM to disk");
    assertPrivilege(cluster, call, `/vms/${guest.vmid}`, "VM.Config.Disk");
  }
  const locks = toDisk && guest.config.lock === undefined;
  if (locks) guest.config.lock = "suspending";
  const unlock = (): void => {
    if (locks) delete guest.config.lock;
  };
  return guestTask(cluster, guest, call, {
    type: toDisk ? "qmsuspend" : "qmpause",
    ms: toDisk ? 2_500 : 1_000,
    undo: unlock,
    finish: () => {
      unlock();
      assertUnlocked(guest, toDisk ? [] : ["backup"]);
      assertRunning(guest);
      if (!toDisk) {
        guest.qmpstatus = "paused";
        return;
      }
      const state = keepState(cluster, guest, `suspend-${today(cluster)}`);
      stopNow(cluster, guest);
      guest.config.lock = "suspended";
      return [...formattingLines(cluster, state), "State saved, quitting"];
    },
  });
}

/** Day of the cluster's clock, as PVE puts it into the name of a suspended VM's state. */
function today(cluster: Cluster): string {
  return new Date(cluster.now() * 1000).toISOString().slice(0, 10);
}

/** A container is suspended to a checkpoint on disk, and stops. */
function checkpoint(cluster: Cluster, guest: Guest, call: Call): string {
  return guestTask(cluster, guest, call, {
    type: "vzsuspend",
    ms: 1_000,
    finish: () => {
      assertUnlocked(guest);
      stopNow(cluster, guest);
    },
  });
}

function resume(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock", "nocheck"]);
  if (guest.type === "lxc" && guest.status === "running") {
    throw failed(`CT ${guest.vmid} already running`);
  }
  const starts = guest.type === "lxc" || guest.config.lock === "suspended";
  if (!starts) assertRunning(guest);
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "resume"),
    ms: 1_000,
    finish: () => {
      if (starts) return startNow(cluster, guest);
      assertUnlocked(guest, ["backup"]);
      guest.qmpstatus = "running";
      return [];
    },
  });
}

function reset(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  assertRunning(guest);
  return guestTask(cluster, guest, call, {
    type: "qmreset",
    ms: 500,
    // The machine starts anew inside of the same process: its uptime goes on.
    finish: () => {
      assertUnlocked(guest);
      assertRunning(guest);
    },
  });
}

/** Does to a guest what the operation of that name does, for tasks about many guests. */
export function powerTask(
  cluster: Cluster,
  guest: Guest,
  user: string,
  action: "start" | "stop" | "shutdown" | "suspend",
  params: Call["params"] = {},
): string {
  const call: Call = {
    operation: guestOperation(`POST /nodes/{node}/{type}/{vmid}/status/${action}`, guest.type),
    path: { node: guest.node, vmid: String(guest.vmid) },
    params,
    user,
  };
  const actions = { start, stop, shutdown, suspend };
  return actions[action](cluster, guest, call);
}

/** Handlers of what changes whether a guest runs. */
export const handlers: Handlers = {
  "POST /nodes/{node}/qemu/{vmid}/status/start": lateGuestHandler("qmstart", start),
  "POST /nodes/{node}/lxc/{vmid}/status/start": lateGuestHandler("vzstart", start),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/status/stop", stop),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/status/shutdown", shutdown),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/status/reboot", reboot),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/status/suspend", suspend),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/status/resume", resume),
  "POST /nodes/{node}/qemu/{vmid}/status/reset": guestHandler(reset),
};
