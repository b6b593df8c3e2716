/**
 * Making templates of guests. Sources: PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { failed } from "../core/refusal.ts";
import { isDiskKey, isTemplate, parseDisk, printMoved } from "./config.ts";
import { assertUnlocked, guestHandlers, guestTask } from "./find.ts";
import { kindOf, workerType } from "./names.ts";

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

/** Makes a template of a guest: its volumes get the names of base volumes. */
export function toBase(cluster: Cluster, guest: Guest): void {
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
    guest.config[key] = printMoved(guest.type, key, disk.properties, volid);
  }
  guest.config.template = 1;
}

function template(cluster: Cluster, guest: Guest, call: Call): string | null {
  assertConvertible(guest);
  const isVm = guest.type === "qemu";
  // A container is a template from now on, its volumes follow.
  if (!isVm) guest.config.template = 1;
  const upid = guestTask(cluster, guest, call, {
    type: workerType(guest.type, "template"),
    ms: 1_500,
    finish: () => {
      if (isVm) assertConvertible(guest);
      toBase(cluster, guest);
    },
  });
  return isVm ? upid : null;
}

/** Handlers that make templates. */
export const handlers: Handlers = guestHandlers(
  "POST /nodes/{node}/{type}/{vmid}/template",
  template,
);
