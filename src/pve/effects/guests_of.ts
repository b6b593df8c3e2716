/**
 * Which guests lose something that is not theirs alone: a node, a storage, a bridge, a device.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import type { Guest } from "../guests.ts";
import { splitList } from "../split_list.ts";
import type { CurrentState, GuestsOf } from "./effect.ts";
import { isOn } from "./effect.ts";
import { readOf } from "./guest_operations.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { valueText } from "./words.ts";
import { numbersOf, ownerByName, usesOfStorage } from "./volumes.ts";

/** The guests of a node that run, or may run: what a node that does not answer has is unknown. */
export const runningOnNode: GuestsOf = async ({ node }, state) =>
  (await state.guests())
    .filter((guest) => guest.node === node && guest.status !== "stopped")
    .map(({ vmid }) => vmid);

/** The guest of an HA resource: `vm:100`, `100`. */
export function guestOfSid(sid: unknown): number[] {
  const number = /^(?:(?:vm|ct):)?(\d+)$/.exec(String(sid ?? ""))?.[1];
  return number === undefined ? [] : [Number(number)];
}

/** Guests whose configuration `test` is true for, and those whose configuration is not to be had. */
export async function guestsWhose(
  state: CurrentState,
  test: (config: Row) => boolean,
  isMeant: (guest: Guest) => boolean = () => true,
): Promise<number[]> {
  const guests = (await state.guests()).filter(isMeant);
  const found = await Promise.all(guests.map(async ({ type, node, vmid }) => {
    const operation = readOf("GET /nodes/{node}/{type}/{vmid}/config", type);
    const config = await readRow(state, operation, { node, vmid });
    return config === undefined || test(config);
  }));
  return guests.filter((_, index) => found[index]).map(({ vmid }) => vmid);
}

/** True for a configuration in which a key of some kind has one of these properties. */
function hasProperty(key: RegExp, wanted: readonly string[]): (config: Row) => boolean {
  return (config) =>
    Object.entries(config).some(([name, value]) =>
      key.test(name) && String(value).split(",").some((part) => wanted.includes(part))
    );
}

/** Guests with a network card on one of these bridges or VNets. */
export function guestsOnBridges(
  state: CurrentState,
  bridges: readonly string[],
  isMeant?: (guest: Guest) => boolean,
): Promise<number[]> {
  if (bridges.length === 0) return Promise.resolve([]);
  const wanted = bridges.map((bridge) => `bridge=${bridge}`);
  return guestsWhose(state, hasProperty(/^net\d+$/, wanted), isMeant);
}

/** Guests with a device or directory by a resource mapping. */
export function guestsOnMapping({ id }: Args, state: CurrentState): Promise<number[]> {
  const wanted = [`mapping=${id}`, `dirid=${id}`, String(id)];
  return guestsWhose(state, hasProperty(/^(?:hostpci|usb|virtiofs)\d+$/, wanted));
}

/** Guests with a custom CPU model. */
export function guestsOnCpu({ cputype }: Args, state: CurrentState): Promise<number[]> {
  const model = String(cputype).replace(/^custom-/, "");
  const wanted = [`custom-${model}`, `cputype=custom-${model}`];
  return guestsWhose(state, hasProperty(/^cpu$/, wanted));
}

/** True when a storage is there on a node. */
function isOnNode({ nodes }: Row, node: string): boolean {
  const named = splitList(valueText(nodes));
  return named.length === 0 || named.includes(node);
}

/**
 * Guests that have a volume on storages that `test` is true for: in their configuration, or by the
 * listing as seen from the node, which adds what no configuration names, backups for instance. All
 * guests, when the storages cannot be read.
 */
export async function guestsOnStorages(
  state: CurrentState,
  node: string,
  test: (storage: Row) => boolean,
): Promise<number[]> {
  const storages = await readRows(state, "GET /storage", {});
  if (storages === undefined) return (await state.guests()).map(({ vmid }) => vmid);
  const meant = storages.filter((storage) => isOnNode(storage, node) && test(storage));
  const found = await Promise.all(meant.map(async (row) => {
    const storage = String(row.storage);
    const shared = isOn(row.shared) || /^(?:rbd|cephfs|nfs|cifs|iscsi)/.test(String(row.type));
    const isNear = (guest: Guest): boolean => shared || guest.node === node;
    const operation = "GET /nodes/{node}/storage/{storage}/content";
    const rows = await readRows(state, operation, { node, storage }) ?? [];
    const owners = rows.map(({ vmid, volid }) => Number(vmid) || ownerByName(String(volid)));
    return [
      ...numbersOf(await usesOfStorage(storage, state, isNear)),
      ...owners.filter((each) => each !== undefined),
    ];
  }));
  return [...new Set(found.flat())];
}
