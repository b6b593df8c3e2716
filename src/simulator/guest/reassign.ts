/**
 * Giving a disk or mount point of one guest to another.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { splitVolid } from "../storage/storages.ts";
import type { Call } from "../types.ts";
import { type Disk, printMoved } from "./config.ts";
import { assertDigest } from "./digest.ts";
import { assertUnlocked, guestTask } from "./find.ts";
import { kindOf } from "./names.ts";

function targetOf(cluster: Cluster, guest: Guest, call: Call): Guest {
  const vmid = number(call, "target-vmid") ?? 0;
  const target = cluster.guests.get(vmid);
  if (!target || target.type !== guest.type) {
    throw failed(`could not find ${kindOf(guest.type)} ${vmid}`);
  }
  if (target.node !== guest.node) {
    const what = guest.type === "qemu" ? "VMs" : "containers";
    throw failed(`Both ${what} need to be on the same node (${guest.node} != ${target.node})`);
  }
  return target;
}

function assertSlots(guest: Guest, target: Guest, disk: Disk, slot: string): void {
  if (disk.cdrom) throw failed("CDROM drives can't be reassigned.");
  if (guest.type === "lxc" && [disk.key, slot].includes("rootfs")) {
    throw failed("Cannot move to/from 'rootfs'");
  }
  if (target.config[slot] !== undefined) {
    throw failed(
      guest.type === "qemu"
        ? `Target disk key '${slot}' is already in use for VM '${target.vmid}'`
        : `Target volume key '${slot}' is already in use for container '${target.vmid}'`,
    );
  }
  if (guest.status === "running" && !disk.key.startsWith("unused")) {
    throw failed(
      guest.type === "qemu"
        ? "Cannot move in-use disk while the source VM is running - detach or shutdown first"
        : "Cannot move in-use volume while the source CT is running - detach or shutdown first",
    );
  }
}

/** Starts the task that gives a disk to another guest of the same node. */
export function reassign(cluster: Cluster, guest: Guest, call: Call, disk: Disk): string {
  const target = targetOf(cluster, guest, call);
  const isVm = guest.type === "qemu";
  const slot = text(call, isVm ? "target-disk" : "target-volume") ?? disk.key;
  assertUnlocked(guest);
  assertUnlocked(target);
  assertDigest(guest, text(call, "digest"));
  assertDigest(target, text(call, "target-digest"));
  assertSlots(guest, target, disk, slot);
  return guestTask(cluster, guest, call, {
    type: isVm ? "qmmove" : "move_volume",
    ms: 1_000,
    finish: () => {
      const volume = cluster.storages.requireVolume(disk.volid, guest.node);
      cluster.storages.remove(disk.volid, guest.node);
      const made = cluster.storages.allocate({
        storage: splitVolid(disk.volid).storage,
        node: target.node,
        vmid: target.vmid,
        guest: target.type,
        size: volume.size,
        format: volume.format,
      });
      delete guest.config[disk.key];
      target.config[slot] = printMoved(guest.type, slot, disk.properties, made.volid);
    },
  });
}
