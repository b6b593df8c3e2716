/**
 * Reading and changing the configuration of guests, pending values included.
 *
 * @module
 */
import { operationFact, paramFact } from "../../pve/api.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { macAddress, uuid } from "../core/random.ts";
import { fields, flag, list, text } from "../params.ts";
import { failed, invalid } from "../refusal.ts";
import type { Call, Entry } from "../types.ts";
import { isDiskKey, isNetKey, isUnusedKey } from "./config.ts";
import { assertDigest, digestOfGuest } from "./digest.ts";
import { type Made, realizeDisk } from "./disks.ts";
import {
  assertNoRootOptions,
  assertUnlocked,
  both,
  type ClusterHandlers,
  guestTask,
  one,
  snapshotOf,
} from "./find.ts";
import { kindOf } from "./names.ts";
import { assertOptionsPermitted, isCold } from "./options.ts";
import { removeKey, setKey } from "./state.ts";

/** Parameters of a change that are no options. */
const CONTROL = ["digest", "delete", "revert", "force", "skiplock", "background_delay"];
const HIDDEN = "**********";

function shown(config: GuestConfig): Entry {
  const entry: Entry = { ...config };
  if (entry.cipassword !== undefined) entry.cipassword = HIDDEN;
  return entry;
}

function read(_cluster: Cluster, guest: Guest, call: Call): Entry {
  const name = text(call, "snapshot");
  if (name !== undefined) {
    const snapshot = snapshotOf(guest, name);
    return { ...shown(snapshot.config), snaptime: snapshot.snaptime, digest: digestOfGuest(guest) };
  }
  const config = { ...guest.config };
  if (!flag(call, "current")) {
    for (const key of guest.pendingDelete.keys()) delete config[key];
    Object.assign(config, guest.pending);
  }
  return { ...shown(config), digest: digestOfGuest(guest) };
}

function pending(_cluster: Cluster, guest: Guest): Entry[] {
  const current = shown(guest.config);
  const later = shown(guest.pending);
  const rows: Entry[] = [];
  for (const key of new Set([...Object.keys(current), ...Object.keys(later)])) {
    const row: Entry = { key };
    if (current[key] !== undefined) row.value = current[key];
    if (later[key] !== undefined) row.pending = later[key];
    const force = guest.pendingDelete.get(key);
    if (force !== undefined) row.delete = force ? 2 : 1;
    rows.push(row);
  }
  return rows;
}

/** A network card with an address, as the configuration keeps it. */
function withMac(cluster: Cluster, guest: Guest, value: string): string {
  if (guest.type === "qemu") {
    return value.replace(/^([a-z][\w-]*)(?=,|$)/, (model) => {
      const hasMac = /(?:^|,)macaddr=/.test(value);
      return hasMac ? model : `${model}=${macAddress(cluster.random)}`;
    });
  }
  const mac = /hwaddr=/.test(value) ? "" : `,hwaddr=${macAddress(cluster.random)}`;
  const type = /(?:^|,)type=/.test(value) ? "" : ",type=veth";
  return `${value}${mac}${type}`;
}

/** A network card's text with another address. */
export function withNewMac(cluster: Cluster, guest: Guest, value: string): string {
  const bare = guest.type === "qemu"
    ? value.replace(/^([\w-]+)=[^,]+/, "$1")
    : value.replace(/,hwaddr=[^,]+/, "");
  return withMac(cluster, guest, bare);
}

/** Identifiers of a VM that no other VM has. */
export function newIdentity(cluster: Cluster): GuestConfig {
  return { smbios1: `uuid=${uuid(cluster.random)}`, vmgenid: uuid(cluster.random) };
}

/** An option's value as the configuration keeps it; makes the volumes that it asks for. */
function realize(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  key: string,
  value: unknown,
  made: Made,
): string | number {
  if (isDiskKey(guest.type, key)) {
    return realizeDisk(cluster, guest, call, key, String(value), made);
  }
  if (isNetKey(key)) return withMac(cluster, guest, String(value));
  if (key === "tags") return splitList(value).join(";");
  return typeof value === "number" ? value : String(value);
}

/** Options as the configuration keeps them, and the lines that the worker prints. */
export interface Realized {
  readonly config: GuestConfig;
  readonly log: string[];
}

/**
 * Makes the volumes that options ask for.
 *
 * @throws {ApiError} When one cannot be made; the others are removed then.
 */
export function realizeAll(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  settings: Entry,
): Realized {
  const made: Made = { log: [], volids: [] };
  const config: GuestConfig = {};
  try {
    for (const [key, value] of Object.entries(settings)) {
      config[key] = realize(cluster, guest, call, key, value, made);
    }
  } catch (error) {
    for (const volid of made.volids) cluster.storages.remove(volid, guest.node);
    throw error;
  }
  return { config, log: made.log };
}

function assertKnown(guest: Guest, call: Call, option: string): void {
  const fact = operationFact(`PUT /nodes/{node}/${guest.type}/{vmid}/config`);
  if (!paramFact(fact, option) || CONTROL.includes(option)) {
    throw invalid({ delete: `unknown setting '${option}'` });
  }
  if (call.params[option] !== undefined) {
    throw invalid({
      delete: `you can't use '-${option}' and '-delete ${option}' at the same time`,
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

/**
 * Applies the parameters of a change.
 *
 * @throws {ApiError} When it is refused; nothing is changed then.
 */
function change(cluster: Cluster, guest: Guest, call: Call): void {
  assertNoRootOptions(call, ["skiplock"]);
  const settings = fields(call, CONTROL);
  const deleted = list(call, "delete");
  const reverted = list(call, "revert");
  for (const option of deleted) assertKnown(guest, call, option);
  assertOptionsPermitted(cluster, guest, call, [
    ...Object.keys(settings),
    ...deleted,
    ...reverted,
  ]);
  assertDigest(guest, text(call, "digest"));
  assertUnlocked(guest);
  for (const option of deleted) assertRemovable(guest, option);
  const { config: values } = realizeAll(cluster, guest, call, settings);
  for (const option of reverted) {
    delete guest.pending[option];
    guest.pendingDelete.delete(option);
  }
  const force = flag(call, "force") ?? false;
  for (const option of deleted) put(cluster, guest, option, undefined, force);
  for (const [key, value] of Object.entries(values)) put(cluster, guest, key, value, force);
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
  change(cluster, guest, call);
  return null;
}

function updateLater(cluster: Cluster, guest: Guest, call: Call): string {
  const given = Object.keys(fields(call, CONTROL)).length + list(call, "delete").length +
    list(call, "revert").length;
  if (given === 0) throw failed("no options specified");
  change(cluster, guest, call);
  return guestTask(cluster, guest, call, { type: "qmconfig", ms: 500 });
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

/** Refuses the removal of a protected guest. */
export function assertUnprotected(guest: Guest): void {
  if (Number(guest.config.protection)) {
    throw failed(`can't remove ${kindOf(guest.type)} ${guest.vmid} - protection mode enabled`);
  }
}

/** Handlers of configuration. */
export const configHandlers: ClusterHandlers = {
  ...both("GET /nodes/{node}/{type}/{vmid}/config", read),
  ...both("GET /nodes/{node}/{type}/{vmid}/pending", pending),
  ...both("PUT /nodes/{node}/{type}/{vmid}/config", update),
  "POST /nodes/{node}/qemu/{vmid}/config": one(updateLater),
  "PUT /nodes/{node}/qemu/{vmid}/unlink": one(unlink),
};
