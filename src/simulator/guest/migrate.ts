/**
 * Migration of guests to other nodes. Sources: PVE::API2::Qemu, PVE::API2::LXC,
 * PVE::AbstractMigrate.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import { TaskFailure } from "../core/tasks.ts";
import { blockersOn, requestMove } from "../ha/manager.ts";
import { addressOf } from "../node/addresses.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { disksOf, memoryBytes, printMoved, unusedVolumes } from "./config.ts";
import {
  assertNoRootOptions,
  assertPrivilege,
  assertUnlocked,
  guestHandler,
  guestHandlers,
  guestTask,
  withLock,
} from "./find.ts";
import {
  type LocalDisk,
  lxcPreconditions,
  type Obstacle,
  obstacle,
  planDisks,
  qemuPreconditions,
} from "./migration_plan.ts";
import { aborted, dated } from "./migration_log.ts";
import { kindOf, sidOf } from "./names.ts";
import { humanBytes, transferLines } from "./progress.ts";
import { isLeftToHa } from "./rows.ts";
import { applyPending } from "./state.ts";

function moveVolumes(
  cluster: Cluster,
  guest: Guest,
  node: string,
  disks: readonly LocalDisk[],
): void {
  for (const { disk, target } of disks) {
    const volume = cluster.storages.find(disk.volid, guest.node);
    if (!volume) continue;
    cluster.storages.remove(disk.volid, guest.node);
    const { storage, name } = splitVolid(disk.volid);
    if (storage === target) {
      cluster.storages.put(volume, node);
      continue;
    }
    const made = cluster.storages.allocate({
      storage: target,
      node,
      vmid: guest.vmid,
      guest: guest.type,
      size: volume.size,
      used: volume.used ?? volume.size,
      ...(cluster.storages.kind(target).files ? {} : { name: name.replace(/^.*\/|\.\w+$/g, "") }),
    });
    guest.config[disk.key] = printMoved(guest.type, disk.key, disk.properties, made.volid);
  }
  for (const [, volid] of unusedVolumes(guest.config)) {
    if (cluster.storages.isShared(splitVolid(volid).storage)) continue;
    const volume = cluster.storages.find(volid, guest.node);
    if (volume && cluster.storages.remove(volid, guest.node)) cluster.storages.put(volume, node);
  }
}

/** Lines of a migration that goes through. */
function progress(guest: Guest, disks: readonly LocalDisk[]): string[] {
  const lines: string[] = [];
  for (const { disk } of disks) {
    lines.push(`found local disk '${disk.volid}' (attached)`, ...transferLines(disk.size));
  }
  if (guest.type === "qemu" && guest.status === "running") {
    const memory = memoryBytes(guest);
    lines.push(`start migrate command to unix:/run/qemu-server/${guest.vmid}.migrate`);
    for (const share of [0.2, 0.4, 0.6, 0.8, 0.95]) {
      const amount = `${humanBytes(memory * share)} of ${humanBytes(memory)}`;
      lines.push(`migration active, transferred ${amount} VM-state, 1.1 GiB/s`);
    }
    lines.push(
      "average migration speed: 1.1 GiB/s - downtime 41 ms",
      "migration status: completed",
    );
  }
  return lines;
}

/** Refuses a target that makes no sense, whatever the guest. */
function assertTarget(cluster: Cluster, call: Call): void {
  const target = named(call, "target");
  if (target === named(call, "node")) throw invalid({ target: "target is local node." });
  if (!cluster.nodes.has(target)) throw failed(`no such cluster node '${target}'`);
}

function assertMovable(guest: Guest, call: Call): void {
  assertNoRootOptions(call, ["force"]);
  if (guest.status !== "running") return;
  if (guest.type === "qemu" && !flag(call, "online")) {
    throw failed("can't migrate running VM without --online");
  }
  if (guest.type === "lxc" && !flag(call, "restart") && !flag(call, "online")) {
    throw failed("can't migrate running container without --online or --restart");
  }
}

/** What PVE checks of a VM's storages before the work, on both nodes. */
function assertStorages(cluster: Cluster, guest: Guest, call: Call): void {
  const node = named(call, "target");
  const map = text(call, "targetstorage");
  const targets = (map ?? "1").split(",").map((pair) => pair.split(":").at(-1) ?? "");
  for (const target of targets.filter((each) => each !== "1")) {
    const definition = cluster.storages.require(target, node);
    assertPrivilege(cluster, call, `/storage/${target}`, "Datastore.AllocateSpace");
    if (!cluster.storages.content(definition).includes("images")) {
      throw failed(`storage '${target}' does not support vm images`);
    }
  }
  if (!targets.includes("1")) return;
  for (const { volid } of disksOf("qemu", guest.config)) {
    if (!isVolid(volid)) continue;
    const { storage } = splitVolid(volid);
    cluster.storages.require(storage, guest.node);
    cluster.storages.require(storage, node);
  }
}

function migrate(cluster: Cluster, guest: Guest, call: Call): string {
  assertMovable(guest, call);
  const isVm = guest.type === "qemu";
  // A container's lock and storages are looked at by the worker.
  if (isVm) {
    assertUnlocked(guest);
    assertStorages(cluster, guest, call);
  }
  const node = named(call, "target");
  if (isLeftToHa(cluster, guest, call)) {
    const kind = kindOf(guest.type);
    return guestTask(cluster, guest, call, {
      type: "hamigrate",
      ms: 1_000,
      log: [`Requesting HA migration for ${kind} ${guest.vmid} to node ${node}`],
      finish: () => {
        const sid = sidOf(guest);
        const blockers = blockersOn(cluster, sid, node);
        if (blockers.length === 0) return requestMove(cluster, sid, node, true);
        throw new TaskFailure(`command 'ha-manager migrate ${sid} ${node}' failed: exit code 255`, [
          `cannot migrate resource '${sid}' to node '${node}':`,
          ...blockers.map((each) =>
            `- resource '${each}' on target node '${node}' in negative affinity with resource '${sid}'`
          ),
        ]);
      },
    });
  }
  const disks = planDisks(cluster, guest, text(call, isVm ? "targetstorage" : "target-storage"));
  const withLocalDisks = flag(call, "with-local-disks") ?? false;
  const { lock: held } = guest.config;
  const { release, undo } = withLock(guest, "migrate");
  const isLive = !isVm && guest.status === "running" && flag(call, "online") === true;
  const obstacleNow = (): Obstacle | undefined =>
    isLive
      ? { error: "lxc live migration is currently not implemented", lines: [] }
      : held === undefined
      ? obstacle(cluster, guest, node, disks, withLocalDisks)
      : { error: `${kindOf(guest.type)} is locked (${held})`, lines: [] };
  const ip = addressOf(cluster, node);
  const head = `starting migration of ${
    kindOf(guest.type)
  } ${guest.vmid} to node '${node}' (${ip})`;
  return guestTask(cluster, guest, call, {
    type: isVm ? "qmigrate" : "vzmigrate",
    ms: 3_000,
    log: isLive ? [] : dated(cluster, obstacleNow() ? [head] : [head, ...progress(guest, disks)]),
    undo,
    finish: () => {
      const wrong = obstacleNow();
      if (wrong) throw aborted(cluster, wrong);
      release();
      moveVolumes(cluster, guest, node, disks);
      guest.node = node;
      if (guest.type === "lxc" && guest.status === "running") {
        applyPending(cluster, guest);
        guest.startTime = cluster.now();
      }
      return dated(cluster, ["migration finished successfully (duration 00:00:03)"]);
    },
  });
}

/** Starts the migration of a guest for a task about many. */
export function migrateTask(
  cluster: Cluster,
  guest: Guest,
  user: string,
  params: Call["params"],
): string {
  return migrate(cluster, guest, {
    operation: guestOperation("POST /nodes/{node}/{type}/{vmid}/migrate", guest.type),
    path: { node: guest.node, vmid: String(guest.vmid) },
    params,
    user,
  });
}

/** Handlers of migration. */
export const handlers: Handlers = {
  ...Object.fromEntries(
    Object.entries(guestHandlers("POST /nodes/{node}/{type}/{vmid}/migrate", migrate)).map((
      [operation, handler],
    ) => [operation, (cluster: Cluster, call: Call) => {
      assertTarget(cluster, call);
      return handler(cluster, call);
    }]),
  ),
  "GET /nodes/{node}/qemu/{vmid}/migrate": guestHandler(qemuPreconditions),
  "GET /nodes/{node}/lxc/{vmid}/migrate": guestHandler(lxcPreconditions),
};
