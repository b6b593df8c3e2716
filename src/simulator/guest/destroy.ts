/**
 * Removing guests. Sources: PVE::API2::Qemu, PVE::API2::LXC, PVE::QemuServer::destroy_vm.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import { splitVolid } from "../storage/storages.ts";
import { purgeGuest, removeReferences } from "./cleanup.ts";
import { disksOf, isTemplate } from "./config.ts";
import { assertUnprotected } from "./configure.ts";
import { assertNoRootOptions, assertUnlocked, guestHandlers, guestTask } from "./find.ts";
import { removeGuest } from "./lifecycle.ts";
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

/** Refuses to remove volumes that linked clones need; LVM does not know its clones. */
function assertNoClones(cluster: Cluster, guest: Guest): void {
  if (!isTemplate(guest)) return;
  for (const { volid, cdrom } of disksOf(guest.type, guest.config)) {
    const { storage } = splitVolid(volid);
    const isLvm = cluster.storages.definitions.get(storage)?.type === "lvmthin";
    if (!cdrom && !isLvm && cluster.storages.isBaseInUse(volid, guest.node)) {
      throw failed(
        guest.type === "qemu"
          ? `base volume '${volid}' is still in use by linked cloned`
          : `base volume '${splitVolid(volid).name}' is still in use by linked clones`,
      );
    }
  }
}

/** What is checked at once, and again by the worker. */
function assertRemovable(cluster: Cluster, guest: Guest, call: Call): void {
  const { vmid, type } = guest;
  assertUnprotected(guest);
  assertUnreferenced(cluster, guest, flag(call, "purge") ?? false);
  const forced = type === "lxc" && (flag(call, "force") ?? false);
  if (guest.status === "running" && !forced) {
    throw failed(
      type === "qemu"
        ? `VM ${vmid} is running - destroy failed`
        : `unable to destroy CT ${vmid} - container is running`,
    );
  }
}

/** Removes all volumes that bear the number of a guest and stand in no configuration. */
function removeUnreferenced(cluster: Cluster, { vmid, node }: Guest): string[] {
  const removed: string[] = [];
  for (const [storage, definition] of cluster.storages.definitions) {
    if (Number(definition.disable) || !cluster.storages.isOn(definition, node)) continue;
    for (const volume of [...cluster.storages.volumes(storage, node).values()]) {
      const isDisk = volume.content === "images" || volume.content === "rootdir";
      if (!isDisk || volume.vmid !== vmid) continue;
      if (cluster.storages.remove(volume.volid, node)) removed.push(volume.volid);
    }
  }
  return removed;
}

function destroy(cluster: Cluster, guest: Guest, call: Call): string {
  assertNoRootOptions(call, ["skiplock"]);
  assertRemovable(cluster, guest, call);
  const { vmid, type } = guest;
  if (type === "lxc") assertUnlocked(guest);
  return guestTask(cluster, guest, call, {
    type: workerType(type, "destroy"),
    ms: 1_500,
    finish: () => {
      assertRemovable(cluster, guest, call);
      if (!flag(call, "skiplock")) assertUnlocked(guest);
      assertNoClones(cluster, guest);
      if (guest.status === "running") stopNow(cluster, guest);
      const managed = haEntry(cluster, guest) !== undefined;
      const removed = removeGuest(cluster, guest);
      if (flag(call, "destroy-unreferenced-disks")) {
        removed.push(...removeUnreferenced(cluster, guest));
      }
      removeReferences(cluster, vmid);
      const log = removed.flatMap((volid) => removalLines(cluster, volid));
      if (!flag(call, "purge")) return log;
      purgeGuest(cluster, vmid);
      const kind = kindOf(type);
      log.push(`purging ${kind} ${vmid} from related configurations..`);
      if (managed) log.push(`NOTE: removed ${kind} ${vmid} from HA resource configuration.`);
      return log;
    },
  });
}

/** What the tools of LVM print; those of other storages are silent. */
function removalLines(cluster: Cluster, volid: string): string[] {
  const { storage, name } = splitVolid(volid);
  const isLvm = /^lvm/.test(String(cluster.storages.definitions.get(storage)?.type));
  return isLvm ? [`  Logical volume "${name}" successfully removed.`] : [];
}

/** Handlers that end guests. */
export const handlers: Handlers = guestHandlers(
  "DELETE /nodes/{node}/{type}/{vmid}",
  destroy,
);
