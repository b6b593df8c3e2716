/**
 * Starting, stopping, suspending guests. Sources: PVE::API2::Qemu, PVE::API2::LXC::Status.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag } from "../params.ts";
import { failed } from "../refusal.ts";
import type { Call } from "../types.ts";
import {
  assertNoRootOptions,
  assertUnlocked,
  both,
  type ClusterHandlers,
  guestTask,
  one,
} from "./find.ts";
import { kindOf, sidOf, workerType } from "./names.ts";
import { haEntry } from "./rows.ts";
import { startNow, stopNow } from "./state.ts";

function assertRunning(guest: Guest, kind = kindOf(guest.type)): void {
  if (guest.status !== "running") throw failed(`${kind} ${guest.vmid} not running`);
}

/** A guest that HA manages is started and stopped by HA. */
function byHa(cluster: Cluster, guest: Guest, call: Call, wanted: "started" | "stopped"): string {
  const entry = haEntry(cluster, guest);
  const type = wanted === "started" ? "hastart" : "hastop";
  return guestTask(cluster, guest, call, {
    type,
    ms: 2_500,
    log: [`Requesting HA ${wanted === "started" ? "start" : "stop"} for ${sidOf(guest)}`],
    finish: () => {
      if (entry) entry.state = wanted;
      if (wanted === "started") startNow(cluster, guest);
      else stopNow(cluster, guest);
    },
  });
}

function isHaDriven(cluster: Cluster, guest: Guest, wanted: string): boolean {
  const entry = haEntry(cluster, guest);
  return entry !== undefined && entry.state !== "ignored" &&
    String(entry.state ?? "started") !== wanted;
}

function start(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock", "stateuri", "migratedfrom"]);
  if (guest.type === "lxc" && guest.status === "running") {
    throw failed(`CT ${guest.vmid} already running`);
  }
  if (isHaDriven(cluster, guest, "started")) return byHa(cluster, guest, call, "started");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "start"),
    ms: 2_000,
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
  if (isHaDriven(cluster, guest, "stopped")) return byHa(cluster, guest, call, "stopped");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "stop"),
    ms: 1_000,
    finish: () => stopUnlocked(cluster, guest),
  });
}

function shutdown(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  if (guest.type === "lxc") assertRunning(guest);
  if (guest.status === "running" && guest.qmpstatus === "paused" && !flag(call, "forceStop")) {
    throw failed("VM is paused - cannot shutdown");
  }
  if (isHaDriven(cluster, guest, "stopped")) return byHa(cluster, guest, call, "stopped");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "shutdown"),
    ms: 3_000,
    finish: () => stopUnlocked(cluster, guest),
  });
}

function reboot(cluster: Cluster, guest: Guest, call: Call): string {
  // PVE says VM of containers as well here.
  assertRunning(guest, "VM");
  if (guest.qmpstatus === "paused") throw failed("VM is paused - cannot shutdown");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "reboot"),
    ms: 3_000,
    finish: () => {
      assertUnlocked(guest);
      stopNow(cluster, guest);
      startNow(cluster, guest);
    },
  });
}

function suspend(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  assertRunning(guest);
  const toDisk = flag(call, "todisk") ?? false;
  if (toDisk) assertUnlocked(guest);
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "suspend"),
    ms: toDisk ? 2_500 : 1_000,
    finish: () => {
      assertRunning(guest);
      if (!toDisk) {
        guest.qmpstatus = "paused";
        return;
      }
      stopNow(cluster, guest);
      guest.config.lock = "suspended";
    },
  });
}

function resume(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock", "nocheck"]);
  const onDisk = guest.config.lock === "suspended";
  if (!onDisk) assertRunning(guest);
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "resume"),
    ms: 1_000,
    finish: () => {
      if (onDisk) startNow(cluster, guest);
      else guest.qmpstatus = "running";
    },
  });
}

function reset(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  assertRunning(guest);
  return guestTask(cluster, guest, call, {
    type: "qmreset",
    ms: 500,
    finish: () => {
      assertRunning(guest);
      guest.startTime = cluster.now();
    },
  });
}

/** Does to a guest what the operation of that name does, for tasks about many guests. */
export function powerTask(
  cluster: Cluster,
  guest: Guest,
  user: string,
  action: "start" | "shutdown" | "suspend",
): string {
  const call: Call = {
    operation: guestOperation(`POST /nodes/{node}/{type}/{vmid}/status/${action}`, guest.type),
    path: { node: guest.node, vmid: String(guest.vmid) },
    params: {},
    user,
  };
  const actions = { start, shutdown, suspend };
  return actions[action](cluster, guest, call);
}

/** Handlers of what changes whether a guest runs. */
export const powerHandlers: ClusterHandlers = {
  ...both("POST /nodes/{node}/{type}/{vmid}/status/start", start),
  ...both("POST /nodes/{node}/{type}/{vmid}/status/stop", stop),
  ...both("POST /nodes/{node}/{type}/{vmid}/status/shutdown", shutdown),
  ...both("POST /nodes/{node}/{type}/{vmid}/status/reboot", reboot),
  ...both("POST /nodes/{node}/{type}/{vmid}/status/suspend", suspend),
  ...both("POST /nodes/{node}/{type}/{vmid}/status/resume", resume),
  "POST /nodes/{node}/qemu/{vmid}/status/reset": one(reset),
};
