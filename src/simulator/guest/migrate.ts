/**
 * Migration of guests to other nodes. Sources: PVE::API2::Qemu, PVE::QemuMigrate,
 * PVE::API2::LXC, PVE::LXC::Migrate.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag, named, text } from "../params.ts";
import { failed, invalid } from "../refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import type { Call, Entry } from "../types.ts";
import { type Disk, disksOf, memoryBytes, printMoved, unusedVolumes } from "./config.ts";
import {
  assertNoRootOptions,
  assertUnlocked,
  both,
  type ClusterHandlers,
  guestTask,
  one,
} from "./find.ts";
import { kindOf, sidOf } from "./names.ts";
import { humanBytes, transferLines } from "./progress.ts";
import { haEntry } from "./rows.ts";
import { applyPending } from "./state.ts";

interface LocalDisk {
  readonly disk: Disk;
  readonly target: string;
}

/** Disks on storages that only their node sees. */
function localDisks(cluster: Cluster, guest: Guest): Disk[] {
  return disksOf(guest.type, guest.config).filter((disk) =>
    isVolid(disk.volid) && !cluster.storages.isShared(splitVolid(disk.volid).storage)
  );
}

/** Where a storage's volumes go: `source:target` pairs, or one storage for all. */
function targetStorage(storage: string, map: string | undefined): string {
  if (map === undefined || map === "1") return storage;
  for (const pair of map.split(",")) {
    const [from, to] = pair.split(":");
    if (to === undefined || from === storage) return to ?? from ?? storage;
  }
  return storage;
}

function planDisks(cluster: Cluster, guest: Guest, map: string | undefined): LocalDisk[] {
  return localDisks(cluster, guest).filter((disk) => !disk.cdrom).map((disk) => ({
    disk,
    target: targetStorage(splitVolid(disk.volid).storage, map),
  }));
}

/** What makes a migration impossible, in the worker's words, or undefined. */
function obstacle(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  disks: readonly LocalDisk[],
): string | undefined {
  const node = named(call, "target");
  const live = guest.type === "qemu" && guest.status === "running";
  for (const { disk, target } of disks) {
    const definition = cluster.storages.definitions.get(target);
    if (!definition) return `storage '${target}' does not exist`;
    if (!cluster.storages.isOn(definition, node)) {
      return `storage '${target}' is not available on node '${node}'`;
    }
    if (live && !flag(call, "with-local-disks")) {
      return `can't migrate local disk '${disk.volid}': can't live migrate attached local disks ` +
        "without with-local-disks option";
    }
    if (cluster.storages.usage(target, node).avail < disk.size * 0.05) {
      return `storage '${target}' on node '${node}' is full`;
    }
  }
  if (!cluster.isOnline(node)) {
    const ip = cluster.nodes.get(node)?.ip;
    return `# /usr/bin/ssh -e none root@${ip} /bin/true failed: exit code 255`;
  }
  const local = disksOf(guest.type, guest.config).find((disk) =>
    disk.cdrom && disk.volid.includes(":") && localDisks(cluster, guest).includes(disk)
  );
  return local && live ? `can't migrate local cdrom '${local.volid}'` : undefined;
}

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
      ...(cluster.storages.kind(target).files ? {} : { name: name.replace(/^.*\/|\.\w+$/g, "") }),
    });
    guest.config[disk.key] = printMoved(guest.type, disk.properties, made.volid);
  }
  for (const [, volid] of unusedVolumes(guest.config)) {
    if (cluster.storages.isShared(splitVolid(volid).storage)) continue;
    const volume = cluster.storages.find(volid, guest.node);
    if (volume && cluster.storages.remove(volid, guest.node)) cluster.storages.put(volume, node);
  }
}

function logOf(
  cluster: Cluster,
  guest: Guest,
  node: string,
  disks: readonly LocalDisk[],
): string[] {
  const kind = kindOf(guest.type);
  const ip = cluster.nodes.get(node)?.ip;
  const lines = [`starting migration of ${kind} ${guest.vmid} to node '${node}' (${ip})`];
  for (const { disk } of disks) {
    lines.push(`found local disk '${disk.volid}' (attached)`, ...transferLines(disk.size));
  }
  if (guest.type === "qemu" && guest.status === "running") {
    const memory = memoryBytes(guest);
    lines.push(`start migrate command to unix:/run/qemu-server/${guest.vmid}.migrate`);
    for (const share of [0.2, 0.4, 0.6, 0.8, 0.95]) {
      lines.push(
        `migration active, transferred ${humanBytes(memory * share)} of ${
          humanBytes(memory)
        } VM-state, 1.1 GiB/s`,
      );
    }
    lines.push(
      "average migration speed: 1.1 GiB/s - downtime 41 ms",
      "migration status: completed",
    );
  }
  return lines;
}

function assertMovable(cluster: Cluster, guest: Guest, call: Call): void {
  const target = named(call, "target");
  if (target === guest.node) throw invalid({ target: "target is local node." });
  if (!cluster.nodes.has(target)) throw failed(`no such cluster node '${target}'`);
  assertNoRootOptions(call, ["force"]);
  if (guest.status !== "running") return;
  if (guest.type === "qemu" && !flag(call, "online")) {
    throw failed("can't migrate running VM without --online");
  }
  if (guest.type === "lxc" && !flag(call, "restart") && !flag(call, "online")) {
    throw failed("can't migrate running container without --online or --restart");
  }
}

function migrate(cluster: Cluster, guest: Guest, call: Call): string {
  assertMovable(cluster, guest, call);
  const node = named(call, "target");
  const map = text(call, guest.type === "qemu" ? "targetstorage" : "target-storage");
  const disks = planDisks(cluster, guest, map);
  const isFree = guest.config.lock === undefined;
  if (isFree) guest.config.lock = "migrate";
  const unlock = (): void => {
    if (isFree) delete guest.config.lock;
  };
  const managed = haEntry(cluster, guest) !== undefined;
  return guestTask(cluster, guest, call, {
    type: managed ? "hamigrate" : guest.type === "qemu" ? "qmigrate" : "vzmigrate",
    ms: 3_000,
    log: managed
      ? [`Requesting HA migration for ${sidOf(guest)} to ${node}`]
      : logOf(cluster, guest, node, disks),
    undo: unlock,
    finish: () => {
      if (!isFree) assertUnlocked(guest);
      const wrong = obstacle(cluster, guest, call, disks);
      if (wrong !== undefined) throw failed(`${wrong} - migration aborted`);
      unlock();
      moveVolumes(cluster, guest, node, disks);
      guest.node = node;
      if (guest.type === "lxc" && guest.status === "running") {
        applyPending(cluster, guest);
        guest.startTime = cluster.now();
      }
      return ["migration finished successfully (duration 00:00:03)"];
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

/** Nodes that have all storages of a guest, and those that lack one. */
function targets(cluster: Cluster, guest: Guest): {
  allowed: string[];
  refused: Record<string, Entry>;
} {
  const allowed: string[] = [];
  const refused: Record<string, Entry> = {};
  for (const node of cluster.nodeNames()) {
    if (node === guest.node) continue;
    const missing = disksOf(guest.type, guest.config)
      .map((disk) => splitVolid(disk.volid).storage)
      .filter((storage) => {
        const definition = cluster.storages.definitions.get(storage);
        return definition && !cluster.storages.isOn(definition, node);
      });
    if (missing.length > 0) refused[node] = { unavailable_storages: [...new Set(missing)] };
    else allowed.push(node);
  }
  return { allowed, refused };
}

function qemuPreconditions(cluster: Cluster, guest: Guest): Entry {
  const { allowed, refused } = targets(cluster, guest);
  return {
    running: guest.status === "running" ? 1 : 0,
    allowed_nodes: allowed,
    not_allowed_nodes: refused,
    local_disks: localDisks(cluster, guest).map((disk) => ({
      volid: disk.volid,
      drivename: disk.key,
      size: disk.size,
      cdrom: disk.cdrom ? 1 : 0,
      is_attached: 1,
      is_cloudinit: disk.volid.includes("cloudinit") ? 1 : 0,
      is_tpmstate: disk.key === "tpmstate0" ? 1 : 0,
      is_unused: 0,
      is_vmstate: 0,
      replicate: 1,
      shared: 0,
    })),
    local_resources: [],
    "mapped-resources": [],
    "mapped-resource-info": {},
    "has-dbus-vmstate": 1,
  };
}

function lxcPreconditions(cluster: Cluster, guest: Guest): Entry {
  const { allowed, refused } = targets(cluster, guest);
  return {
    running: guest.status === "running" ? 1 : 0,
    "allowed-nodes": allowed,
    "not-allowed-nodes": refused,
  };
}

/** Handlers of migration. */
export const migrateHandlers: ClusterHandlers = {
  ...both("POST /nodes/{node}/{type}/{vmid}/migrate", migrate),
  "GET /nodes/{node}/qemu/{vmid}/migrate": one(qemuPreconditions),
  "GET /nodes/{node}/lxc/{vmid}/migrate": one(lxcPreconditions),
};
