/**
 * Removing guests, and making templates of them.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag } from "../params.ts";
import { failed } from "../refusal.ts";
import { splitVolid } from "../storage/storages.ts";
import type { Call } from "../types.ts";
import { forgetGuest, purgeGuest } from "../resources/forget.ts";
import { removeGuest } from "./births.ts";
import { disksOf, isDiskKey, isTemplate, parseDisk, printMoved } from "./config.ts";
import { assertUnprotected } from "./configure.ts";
import { assertUnlocked, both, type ClusterHandlers, guestTask, one } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { haEntry } from "./rows.ts";
import { stopNow } from "./state.ts";

function assertUnreferenced(cluster: Cluster, guest: Guest, purge: boolean): void {
  if (purge) return;
  const { vmid } = guest;
  if (haEntry(cluster, guest)) {
    throw failed(
      `unable to remove ${kindOf(guest.type)} ${vmid} - used in HA resources and purge parameter ` +
        "not set.",
    );
  }
  for (const [id] of cluster.table("replication")) {
    if (!id.startsWith(`${vmid}-`)) continue;
    throw failed(
      `There is a replication job '${id}' for guest '${vmid}' - Please remove that first.`,
    );
  }
}

/** Linked clones need the volumes of their template. */
function assertNoClones(cluster: Cluster, guest: Guest): void {
  if (!isTemplate(guest)) return;
  for (const disk of disksOf(guest.type, guest.config)) {
    const { storage } = splitVolid(disk.volid);
    for (const volume of cluster.storages.volumes(storage, guest.node).values()) {
      if (volume.parent === disk.volid) {
        throw failed(`base volume '${disk.volid}' is still in use by linked cloned`);
      }
    }
  }
}

function destroy(cluster: Cluster, guest: Guest, call: Call): string {
  const purge = flag(call, "purge") ?? false;
  assertUnprotected(guest);
  assertUnlocked(guest);
  assertUnreferenced(cluster, guest, purge);
  const { vmid, type } = guest;
  const forced = type === "lxc" && (flag(call, "force") ?? false);
  if (guest.status === "running" && !forced) {
    throw failed(
      type === "qemu"
        ? `VM ${vmid} is running - destroy failed`
        : `unable to destroy CT ${vmid} - container is running`,
    );
  }
  assertNoClones(cluster, guest);
  return guestTask(cluster, guest, call, {
    type: workerType(type, "destroy"),
    ms: 1_500,
    finish: () => {
      assertUnlocked(guest);
      if (guest.status === "running") stopNow(cluster, guest);
      const removed = removeGuest(cluster, guest);
      forgetGuest(cluster, guest.vmid);
      if (purge) purgeGuest(cluster, guest.vmid);
      return removed.map((volid) => `removed volume '${volid}'`);
    },
  });
}

function assertConvertible(guest: Guest): void {
  const kind = kindOf(guest.type);
  assertUnlocked(guest);
  if (guest.snapshots.size > 0) {
    throw failed(`unable to create template, because ${kind} contains snapshots`);
  }
  if (isTemplate(guest)) throw failed("you can't convert a template to a template");
  if (guest.status === "running") {
    throw failed(
      guest.type === "qemu"
        ? "you can't convert a VM to template if VM is running"
        : "you can't convert a CT to template if the CT is running",
    );
  }
}

/** Renames the volumes of a guest to those of a base. */
function toBase(cluster: Cluster, guest: Guest): void {
  for (const [key, text] of Object.entries(guest.config)) {
    if (!isDiskKey(guest.type, key)) continue;
    const disk = parseDisk(guest.type, key, String(text));
    const volume = cluster.storages.find(disk.volid, guest.node);
    if (!volume || disk.cdrom) continue;
    const volid = disk.volid.replace(
      /(^|[:/])(?:vm|subvol)-/,
      (_, start) => start + (volume.format === "subvol" ? "basevol-" : "base-"),
    );
    cluster.storages.remove(disk.volid, guest.node);
    cluster.storages.put({ ...volume, volid }, guest.node);
    guest.config[key] = printMoved(guest.type, disk.properties, volid);
  }
  guest.config.template = 1;
}

function template(cluster: Cluster, guest: Guest, call: Call): string | null {
  assertConvertible(guest);
  const upid = guestTask(cluster, guest, call, {
    type: workerType(guest.type, "template"),
    ms: 1_500,
    finish: () => {
      assertConvertible(guest);
      toBase(cluster, guest);
    },
  });
  return guest.type === "qemu" ? upid : null;
}

/** Handlers that end guests. */
export const destroyHandlers: ClusterHandlers = {
  ...both("DELETE /nodes/{node}/{type}/{vmid}", destroy),
  "POST /nodes/{node}/qemu/{vmid}/template": one(template),
  "POST /nodes/{node}/lxc/{vmid}/template": one(template),
};
