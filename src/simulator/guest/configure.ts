/**
 * Reading and changing the configuration of guests, pending values included.
 *
 * @module
 */
import { operationFact, paramFact } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { fields, flag, list, stored, text } from "../core/params.ts";
import { ApiError, failed, invalid, prefixed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { assertBootable, changedBoot } from "./boot_order.ts";
import { assertBridge, assertBridgesPermitted } from "./bridges.ts";
import { isDiskKey, isNetKey, isUnusedKey } from "./config.ts";
import { assertDigest, digestOfGuest } from "./digest.ts";
import { assertDrives, withVolumes } from "./disk_checks.ts";
import {
  assertNoRootOptions,
  assertNotHeld,
  assertUnlocked,
  guestHandler,
  guestHandlers,
  guestTask,
  snapshotOf,
} from "./find.ts";
import { kindOf } from "./names.ts";
import { assertOptionsPermitted, isCold } from "./options.ts";
import { removeKey, setKey } from "./state.ts";
import { realizeAll } from "./values.ts";

/** Parameters of a change that are no options. */
const CONTROL = ["digest", "delete", "revert", "force", "skiplock", "background_delay"];
const HIDDEN = "**********";

function entryOf(config: GuestConfig): Entry {
  const entry: Entry = { ...config };
  if (entry.cipassword !== undefined) entry.cipassword = HIDDEN;
  return entry;
}

function read(_cluster: Cluster, guest: Guest, call: Call): Entry {
  const name = text(call, "snapshot");
  if (name !== undefined) {
    const snapshot = snapshotOf(guest, name);
    return {
      ...entryOf(snapshot.config),
      snaptime: snapshot.snaptime,
      digest: digestOfGuest(guest),
    };
  }
  const config = { ...guest.config };
  if (!flag(call, "current")) {
    for (const key of guest.pendingDelete.keys()) delete config[key];
    Object.assign(config, guest.pending);
  }
  return { ...written(guest, entryOf(config)), digest: digestOfGuest(guest) };
}

/** A container's description ends its last line, as its file does. */
function written({ type }: Guest, config: Entry): Entry {
  const { description } = config;
  if (type === "qemu" || typeof description !== "string") return config;
  return { ...config, description: `${description.trimEnd()}\n` };
}

function pending(_cluster: Cluster, guest: Guest): Entry[] {
  const current = written(guest, entryOf(guest.config));
  const later = entryOf(guest.pending);
  const rows: Entry[] = [];
  for (const key of new Set([...Object.keys(current), ...Object.keys(later)])) {
    const row: Entry = { key };
    if (current[key] !== undefined) row.value = current[key];
    if (later[key] !== undefined) row.pending = later[key];
    const force = guest.pendingDelete.get(key);
    if (force !== undefined) row.delete = force ? 2 : 1;
    rows.push(row);
  }
  return [...rows, { key: "digest", value: digestOfGuest(guest) }];
}

function assertKnown(guest: Guest, call: Call, list: "delete" | "revert", option: string): void {
  const fact = operationFact(`PUT /nodes/{node}/${guest.type}/{vmid}/config`);
  if (!paramFact(fact, option) || CONTROL.includes(option)) {
    throw invalid({ [list]: `unknown option '${option}'` });
  }
  if (call.params[option] !== undefined) {
    // PVE's own quotes.
    throw invalid({
      delete: `you can't use '-${option}' and -${list} ${option}' at the same time`,
    });
  }
}

function assertRemovable(guest: Guest, option: string): void {
  if (guest.type === "lxc" && /^(?:memory|rootfs|ostype)$/.test(option)) {
    throw failed(`unable to delete required option '${option}'`);
  }
  const isVolume = isDiskKey(guest.type, option) || isUnusedKey(option);
  if (isVolume && Number(guest.config.protection)) {
    const what = guest.type === "qemu" ? "drive" : `CT ${guest.vmid} drive`;
    throw failed(`can't remove ${what} '${option}' - protection mode enabled`);
  }
}

/** What a change asks for. */
interface ConfigChange {
  readonly settings: GuestConfig;
  readonly deleted: readonly string[];
  readonly reverted: readonly string[];
  readonly force: boolean;
}

function configChangeOf(cluster: Cluster, guest: Guest, call: Call): ConfigChange {
  const given = fields(call, CONTROL) as GuestConfig;
  const change: ConfigChange = {
    settings: guest.type === "qemu" ? withVolumes(cluster, guest.node, given) : given,
    deleted: list(call, "delete"),
    reverted: list(call, "revert"),
    force: flag(call, "force") ?? false,
  };
  if (Object.keys(change.settings).length + change.deleted.length + change.reverted.length === 0) {
    throw failed("no options specified");
  }
  for (const option of change.reverted) assertKnown(guest, call, "revert", option);
  for (const option of change.deleted) assertKnown(guest, call, "delete", option);
  return change;
}

/** What is checked before the configuration is locked. */
function assertPermitted(cluster: Cluster, guest: Guest, call: Call, change: ConfigChange): void {
  const { settings, deleted, reverted } = change;
  assertNoRootOptions(call, ["skiplock"]);
  assertOptionsPermitted(cluster, guest, call, [
    ...Object.keys(settings),
    ...deleted,
    ...reverted,
  ]);
  if (guest.type === "qemu") assertDrives(cluster, call, guest.vmid, settings);
  assertBridgesPermitted(cluster, call, guest.type, settings);
  if (guest.type === "lxc" && settings.unprivileged !== undefined) {
    throw failed("unable to modify read-only option: 'unprivileged'");
  }
}

function assertBalloon(guest: Guest, { balloon, memory }: GuestConfig): void {
  if (guest.type === "lxc" || (balloon === undefined && memory === undefined)) return;
  const most = Number(memory ?? guest.pending.memory ?? guest.config.memory ?? 512);
  if (Number(balloon ?? guest.pending.balloon ?? guest.config.balloon ?? 0) > most) {
    throw failed("balloon value too large (must be smaller than assigned memory)");
  }
}

/**
 * Checks a change before any work on it.
 *
 * @returns What does the work, and answers the lines that a worker prints meanwhile. It throws an
 * {@linkcode ApiError} as well; only what cannot be plugged in now is kept as pending then.
 */
function prepared(cluster: Cluster, guest: Guest, call: Call): () => string[] {
  const change = configChangeOf(cluster, guest, call);
  assertPermitted(cluster, guest, call, change);
  assertDigest(guest, text(call, "digest"));
  if (!flag(call, "skiplock")) assertUnlocked(guest);
  assertBalloon(guest, change.settings);
  return () => apply(cluster, guest, change);
}

function apply(cluster: Cluster, guest: Guest, change: ConfigChange): string[] {
  const { settings, deleted, reverted, force } = change;
  for (const option of deleted) assertRemovable(guest, option);
  assertBootable(settings.boot, guest, settings, deleted);
  const boot = guest.type === "qemu" ? changedBoot(guest, settings, deleted) : undefined;
  const { config, log } = realizeAll(cluster, guest, settings);
  const values: GuestConfig = boot === undefined ? config : { boot, ...config };
  for (const option of reverted) {
    delete guest.pending[option];
    guest.pendingDelete.delete(option);
  }
  const errors: Record<string, string> = {};
  for (const option of deleted) {
    const wrong = unplugError(cluster, guest, option);
    if (wrong === undefined) {
      put(cluster, guest, option, undefined, force);
    } else {
      delete guest.pending[option];
      guest.pendingDelete.set(option, force);
      errors[option] = wrong;
    }
  }
  for (const [key, value] of Object.entries(values)) {
    const wrong = plugError(cluster, guest, key, value);
    if (wrong === undefined) {
      put(cluster, guest, key, value, force);
    } else {
      guest.pending[key] = value;
      errors[key] = wrong;
    }
  }
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return log;
}

/** Why a running guest cannot take a network card now, or undefined. */
function plugError(
  cluster: Cluster,
  guest: Guest,
  key: string,
  value: string | number,
): string | undefined {
  if (guest.status !== "running" || !isNetKey(key) || isCold(guest, key)) return undefined;
  try {
    assertBridge(cluster, guest, key, String(value));
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const prefix = guest.type === "qemu" ? "hotplug problem -" : `unable to hotplug ${key}:`;
    return `${prefix} ${error.message}\n`;
  }
}

/** Why a running VM does not let go of a device, or undefined; it goes when the VM is down. */
function unplugError(cluster: Cluster, guest: Guest, key: string): string | undefined {
  const isDevice = isNetKey(key) || isDiskKey(guest.type, key);
  if (!isDevice || !cluster.isDeaf(guest) || isCold(guest, key)) return undefined;
  if (guest.config[key] === undefined) return undefined;
  const isSingle = /^scsi\d/.test(key) && guest.config.scsihw === "virtio-scsi-single";
  const device = isSingle ? key.replace("scsi", "virtioscsi") : key;
  return `hotplug problem - error on hot-unplugging device '${device}' - still busy in guest?\n`;
}

function put(
  cluster: Cluster,
  guest: Guest,
  key: string,
  value: string | number | undefined,
  force: boolean,
): void {
  delete guest.pending[key];
  guest.pendingDelete.delete(key);
  if (value === guest.config[key]) return;
  if (isCold(guest, key)) {
    if (value === undefined) guest.pendingDelete.set(key, force);
    else guest.pending[key] = value;
  } else if (value === undefined) {
    removeKey(cluster, guest, key, force);
  } else {
    setKey(guest, key, value);
  }
}

function update(cluster: Cluster, guest: Guest, call: Call): null {
  const work = prepared(cluster, guest, call);
  assertNotHeld(cluster, guest);
  work();
  return null;
}

/** The same by a worker: disks are made, plugged in and removed by it. */
function updateLater(cluster: Cluster, guest: Guest, call: Call): string {
  const work = prepared(cluster, guest, call);
  const options = Object.entries(call.params).sort()
    .map(([name, value]) => `-${name} ${name === "cipassword" ? "<hidden>" : stored(value)}`);
  return guestTask(cluster, guest, call, {
    type: "qmconfig",
    ms: 500,
    log: [`update VM ${guest.vmid}: ${options.join(" ")}`],
    finish: () => prefixed("", work),
  });
}

function unlink(cluster: Cluster, guest: Guest, call: Call): null {
  for (const option of list(call, "idlist")) {
    if (!isDiskKey("qemu", option) && !isUnusedKey(option)) {
      throw invalid({ delete: `unknown setting '${option}'` });
    }
    assertOptionsPermitted(cluster, guest, call, [option]);
    assertUnlocked(guest);
    assertRemovable(guest, option);
    put(cluster, guest, option, undefined, flag(call, "force") ?? false);
  }
  return null;
}

/** Refuses the removal of a protected guest, or what removes its disks as well. */
export function assertUnprotected(guest: Guest, verb: "remove" | "restore" = "remove"): void {
  if (!Number(guest.config.protection)) return;
  const cannot = verb === "remove" ? "can't remove" : "unable to restore";
  throw failed(`${cannot} ${kindOf(guest.type)} ${guest.vmid} - protection mode enabled`);
}

/** Handlers of configuration. */
export const handlers: Handlers = {
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/config", read),
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/pending", pending),
  ...guestHandlers("PUT /nodes/{node}/{type}/{vmid}/config", update),
  "POST /nodes/{node}/qemu/{vmid}/config": guestHandler(updateLater),
  "PUT /nodes/{node}/qemu/{vmid}/unlink": guestHandler(unlink),
};
