/**
 * Whose a volume is: by its name, by the listing of its storage, and by the configurations that
 * name it.
 *
 * @module
 */
import { type Guest, nameOf } from "../guests.ts";
import { type CurrentState, isOn } from "./effect.ts";
import { drivesOf } from "./drives.ts";
import { readOf } from "./guest_operations.ts";
import { listText } from "./lists.ts";
import { readRow, readRows, type Row } from "./read.ts";

/** Storage and name of a volume id: `local:100/webdata.qcow2`. */
export function splitVolid(volid: string): { readonly storage: string; readonly name: string } {
  const colon = volid.indexOf(":");
  return { storage: volid.slice(0, Math.max(colon, 0)), name: volid.slice(colon + 1) };
}

const OWNERS: readonly RegExp[] = [
  /(?:^|\/)(?:vm|base|subvol|basevol)-(\d{3,9})-[^/]*$/,
  /^backup\/(?:vzdump-(?:qemu|lxc|openvz)-|(?:vm|ct)\/)(\d{3,9})[-/]/,
  /^(?:.*\/)?(\d{3,9})\/[^/]+$/,
];

/** The guest that the name of a volume names, or undefined: `local-lvm:vm-100-disk-0` is 100's. */
export function ownerByName(volid: string): number | undefined {
  const { name } = splitVolid(volid);
  const owner = OWNERS.map((pattern) => pattern.exec(name)?.[1]).find((each) => each !== undefined);
  return owner === undefined ? undefined : Number(owner);
}

/** True for what guests never have in their configuration: backups and templates. */
function isArchive(volid: string): boolean {
  return /^(?:backup|vztmpl)\//.test(splitVolid(volid).name);
}

/** A guest, and the keys of its configuration that name a volume. */
export interface VolumeUse {
  readonly guest: Guest;
  readonly keys: readonly string[];
}

/** Guests that use a volume; those whose configuration could not be read may do so. */
export interface VolumeUses {
  readonly uses: readonly VolumeUse[];
  readonly unread: readonly Guest[];
}

/** Which of some guests have a drive that `test` is true for. */
async function usesBy(
  guests: readonly Guest[],
  test: (volume: string) => boolean,
  state: CurrentState,
): Promise<VolumeUses> {
  const found = await Promise.all(guests.map(async (guest) => {
    const { type, node, vmid } = guest;
    const operation = readOf("GET /nodes/{node}/{type}/{vmid}/config", type);
    const config = await readRow(state, operation, { node, vmid });
    const drives = config && drivesOf(type, config);
    const keys = drives?.filter(({ volume = "" }) => test(volume)).map(({ key }) => key);
    return { guest, keys };
  }));
  return {
    uses: found.flatMap(({ guest, keys = [] }) => keys.length > 0 ? [{ guest, keys }] : []),
    unread: found.flatMap(({ guest, keys }) => keys ? [] : [guest]),
  };
}

/** Guests with volumes on a storage, on some nodes or on all. */
export async function usesOfStorage(
  storage: string,
  state: CurrentState,
  isMeant: (guest: Guest) => boolean = () => true,
): Promise<VolumeUses> {
  const guests = (await state.guests()).filter(isMeant);
  return await usesBy(guests, (volume) => splitVolid(volume).storage === storage, state);
}

/** Guests whose configuration names a volume that is seen from a node. */
async function usesOfVolume(volid: string, node: string, state: CurrentState): Promise<VolumeUses> {
  const { storage } = splitVolid(volid);
  const operation = "GET /nodes/{node}/storage/{storage}/status";
  const status = await readRow(state, operation, { node, storage });
  // The same name on another node is another volume, unless the storage is shared.
  const isNear = (guest: Guest): boolean =>
    status === undefined || isOn(status.shared) || guest.node === node;
  return await usesBy((await state.guests()).filter(isNear), (volume) => volume === volid, state);
}

/** Numbers of guests, each once. */
export function numbersOf({ uses, unread }: VolumeUses): number[] {
  return [...new Set([...uses.map(({ guest }) => guest.vmid), ...unread.map(({ vmid }) => vmid)])];
}

/** `scsi1 of web01 (100), and perhaps db01 (102), whose configuration could not be read` */
export function useText({ uses, unread }: VolumeUses): string {
  const texts = uses.map(({ guest, keys }) => `${keys.join(", ")} of ${nameOf(guest)}`);
  const perhaps = unread.length === 0
    ? []
    : [`perhaps ${listText(unread.map(nameOf))}, whose configuration could not be read`];
  return [...(texts.length > 0 ? [listText(texts)] : []), ...perhaps].join(", and ");
}

export interface KnownVolume extends VolumeUses {
  /** All guests that lose it when it goes: who has it by name, by listing, or in a drive. */
  readonly guests: readonly number[];
  /** Its row in the listing; undefined when it is not there or could not be read. */
  readonly row: Row | undefined;
}

/** Whose a volume is that is seen from a node. */
export async function knownVolume(
  volid: string,
  node: string,
  state: CurrentState,
): Promise<KnownVolume> {
  const { storage } = splitVolid(volid);
  const operation = "GET /nodes/{node}/storage/{storage}/content";
  const [rows, found] = await Promise.all([
    readRows(state, operation, { node, storage }),
    isArchive(volid) ? { uses: [], unread: [] } : usesOfVolume(volid, node, state),
  ]);
  const row = rows?.find((each) => each.volid === volid);
  const owners = [ownerByName(volid), Number(row?.vmid) || undefined]
    .filter((each) => each !== undefined);
  // Where an owner is known, a guest that cannot be asked is not suspected as well.
  const { uses } = found;
  const unread = owners.length > 0 ? [] : found.unread;
  return { uses, unread, row, guests: [...new Set([...owners, ...numbersOf({ uses, unread })])] };
}
