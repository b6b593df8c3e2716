/**
 * Giving a disk or mount point of one guest to another. Source: move_vm_disk of PVE::API2::Qemu,
 * move_volume of PVE::API2::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified } from "../core/digest.ts";
import type { Guest } from "../core/model.ts";
import { named, number, text } from "../core/params.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import { splitVolid } from "../storage/storages.ts";
import { changedBoot } from "./boot_order.ts";
import { type Disk, disksOf, formatSize, isTemplate, parseDisk, printMoved } from "./config.ts";
import { digestOfGuest } from "./digest.ts";
import { assertPrivilege, assertUnlocked } from "./find.ts";

/** What is called otherwise for VMs than for containers. */
const MESSAGES = {
  qemu: {
    missing: "target VM",
    guests: "VMs",
    templates: "Can't move disks from or to template VMs",
    disk: (key: string, vmid: number) => `Disk '${key}' for VM '${vmid}' does not exist`,
    used: (key: string, vmid: number) =>
      `Target disk key '${key}' is already in use for VM '${vmid}'`,
    snapshot: "Can't move disk used by a snapshot to another VM",
    running: "Cannot move disk to another VM while the source VM is running - detach first",
    same: "must be different than source VMID to reassign disk",
  },
  lxc: {
    missing: "target container",
    guests: "containers",
    templates: "Can't move volumes from or to template CT",
    disk: (key: string, vmid: number) => `Volume '${key}' for container '${vmid}' does not exist`,
    used: (key: string, vmid: number) =>
      `Target volume key '${key}' is already in use for container '${vmid}'`,
    snapshot: "Can't move a volume used by a snapshot",
    running: "Cannot move in-use volume while the source CT is running - detach or shutdown first",
    same: "must be different than source VMID to move disk to another VM",
  },
} as const;

function targetOf(cluster: Cluster, guest: Guest, call: Call): Guest {
  const vmid = number(call, "target-vmid") ?? 0;
  const messages = MESSAGES[guest.type];
  if (vmid === guest.vmid) throw invalid({ "target-vmid": messages.same });
  const target = cluster.guests.get(vmid);
  if (!target || target.type !== guest.type) {
    throw failed(`could not find ${messages.missing} ${vmid}`);
  }
  if (target.node === guest.node) return target;
  throw failed(
    `Both ${messages.guests} need to be on the same node (${guest.node} != ${target.node})`,
  );
}

/** Refuses configurations that are not as the caller has seen them, each by its number. */
function assertSeen(guest: Guest, expected: string | undefined): void {
  during(`VM ${guest.vmid}`, () => assertUnmodified(digestOfGuest(guest), expected));
}

/** True when a snapshot of a guest uses a volume. */
export function usesInSnapshot(guest: Guest, volid: string): boolean {
  return [...guest.snapshots.values()].some(({ config }) =>
    disksOf(guest.type, config).some((disk) => disk.volid === volid)
  );
}

/** The disk that is given away; refuses one that cannot be. */
function diskFor(guest: Guest, target: Guest, key: string, slot: string): Disk {
  const messages = MESSAGES[guest.type];
  const value = guest.config[key];
  if (value === undefined) throw failed(messages.disk(key, guest.vmid));
  if (guest.type === "lxc" && [key, slot].includes("rootfs")) {
    throw failed("Cannot move to/from 'rootfs'");
  }
  if (target.config[slot] !== undefined) throw failed(messages.used(slot, target.vmid));
  const isUnused = key.startsWith("unused");
  const disk: Disk = isUnused
    ? { key, volid: String(value), size: 0, cdrom: false, properties: {} }
    : parseDisk(guest.type, key, String(value));
  if (disk.cdrom) throw failed("CD drive contents can't be moved to another VM");
  if (usesInSnapshot(guest, disk.volid)) throw failed(messages.snapshot);
  if (guest.status === "running" && !isUnused) throw failed(messages.running);
  return disk;
}

/** Starts the task that gives a disk to another guest of the same node. */
export function reassign(cluster: Cluster, guest: Guest, call: Call): string {
  const isVm = guest.type === "qemu";
  const key = named(call, isVm ? "disk" : "volume");
  const slot = text(call, isVm ? "target-disk" : "target-volume") ?? key;
  const target = targetOf(cluster, guest, call);
  assertPrivilege(cluster, call, `/vms/${target.vmid}`, "VM.Config.Disk");
  assertUnlocked(guest);
  assertUnlocked(target);
  if (isTemplate(guest) || isTemplate(target)) throw failed(MESSAGES[guest.type].templates);
  assertSeen(guest, text(call, "digest"));
  assertSeen(target, text(call, "target-digest"));
  const disk = diskFor(guest, target, key, slot);
  const { storage } = splitVolid(disk.volid);
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  return cluster.startTask({
    node: guest.node,
    type: isVm ? "qmmove" : "move_volume",
    id: `${guest.vmid}-${key}>${target.vmid}-${slot}`,
    user: call.user,
    ms: 1_000,
    log: isVm
      ? [
        `reassign disk '${key}' from VM '${guest.vmid}' as '${slot}' to VM '${target.vmid}'`,
        `removing disk '${key}' from VM '${guest.vmid}' config`,
      ]
      : [`moving volume '${key}' from container '${guest.vmid}' to '${target.vmid}'`],
    finish: () => give(cluster, guest, target, disk, slot),
  });
}

function give(cluster: Cluster, guest: Guest, target: Guest, disk: Disk, slot: string): string[] {
  const volume = cluster.storages.activate(disk.volid, guest.node);
  const { size, used = size, format } = volume;
  cluster.storages.remove(disk.volid, guest.node);
  const made = cluster.storages.allocate({
    storage: splitVolid(disk.volid).storage,
    node: target.node,
    vmid: target.vmid,
    guest: target.type,
    ...{ size, used, format },
  });
  const boot = changedBoot(guest, {}, [disk.key]);
  if (guest.type === "qemu" && boot !== undefined) guest.config.boot = boot;
  delete guest.config[disk.key];
  target.config[slot] = slot.startsWith("unused")
    ? made.volid
    : printMoved(guest.type, slot, { size: formatSize(size), ...disk.properties }, made.volid);
  if (guest.type === "lxc") return [];
  return [`update VM ${target.vmid}: -${slot} ${made.volid}`];
}
