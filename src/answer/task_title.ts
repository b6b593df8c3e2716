/**
 * What a task does, in words, by the type that Proxmox VE gives it.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { type Guest, nameOf } from "../pve/guests.ts";
import type { TaskResult } from "../pve/tasks.ts";

/** Tasks of guests, without what tells VMs, containers and HA apart: `qmstart`, `vzstart`, `hastart`. */
const OF_GUESTS: Readonly<Record<string, string>> = {
  clone: "Cloning",
  config: "Changing the configuration of",
  create: "Creating",
  delsnapshot: "Deleting a snapshot of",
  destroy: "Deleting",
  dump: "Backing up",
  migrate: "Migrating",
  move: "Moving a disk of",
  pause: "Pausing",
  reboot: "Rebooting",
  reset: "Resetting",
  restore: "Restoring",
  resume: "Resuming",
  rollback: "Rolling back",
  shutdown: "Shutting down",
  snapshot: "Taking a snapshot of",
  start: "Starting",
  stop: "Stopping",
  suspend: "Suspending",
  template: "Making a template of",
};

/** Tasks about something else, or with a name of their own. */
const OTHERS: Readonly<Record<string, string>> = {
  acmenewcert: "Ordering a certificate",
  acmerenew: "Renewing the certificate",
  aptupdate: "Updating the package index",
  clusterjoin: "Joining the cluster",
  download: "Downloading",
  imgcopy: "Putting the file into its storage",
  imgdel: "Deleting",
  migrateall: "Migrating the guests",
  move_volume: "Moving a volume of",
  prunebackups: "Pruning the backups of",
  qmigrate: "Migrating",
  reloadnetworkall: "Applying the SDN configuration",
  resize: "Growing a disk of",
  srvreload: "Reloading",
  srvrestart: "Restarting",
  srvstart: "Starting",
  srvstop: "Stopping",
  startall: "Starting the guests",
  stopall: "Stopping the guests",
  suspendall: "Suspending the guests",
  wipedisk: "Wiping",
};

/**
 * `Backing up web01 (100)`, `Updating the package index on pve1`; of a type that has no words here
 * `The task cephcreateosd on pve1`.
 *
 * @param guest The guest of the call that started it.
 */
export function taskTitle({ type, id, node }: TaskResult, guest?: Guest): string {
  const ofGuest = lookup(OF_GUESTS, /^(?:qm|vz|ha)(\w+)$/.exec(type)?.[1] ?? "");
  const does = lookup(OTHERS, type) ?? ofGuest;
  if (does === undefined) return `The task ${type} on ${node}`;
  if (id === "") return `${does}${ofGuest === undefined ? "" : " guests"} on ${node}`;
  return `${does} ${guest && id === String(guest.vmid) ? nameOf(guest) : id}`;
}
