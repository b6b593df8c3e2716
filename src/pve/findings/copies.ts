/**
 * Whether volumes can be copied, moved or grown as a request wants it. Sources: PVE::API2::Qemu,
 * PVE::API2::LXC, PVE::API2::LXC::Config.
 *
 * @module
 */
import { guestOperation } from "../api.ts";
import { type Drive, drivesOf, isCloudInit } from "../effects/drives.ts";
import { type CurrentState, isOn } from "../effects/effect.ts";
import { readRow, readRows, type Row } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { bytesOf } from "../size.ts";
import { kindsOn } from "../storage_rows.ts";
import type { StorageKind } from "../ties.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import { configOf, type GuestPlace, guestPlaceOf, ofConfig, statusOf } from "./guest_place.ts";
import { storagesOf } from "./moves.ts";

const SNAPSHOTS = "GET /nodes/{node}/{type}/{vmid}/snapshot";
const CONFIG = "GET /nodes/{node}/{type}/{vmid}/config";
const FEATURE = "GET /nodes/{node}/{type}/{vmid}/feature";
/** Storages that keep volumes as files, in formats of the caller's choice. */
const FILES = /^(?:dir|nfs|cifs|cephfs|glusterfs)$/;
function storageOf({ volume = "" }: Drive): string {
  return volume.split(":")[0] ?? "";
}

function isDisk({ properties, volume = "" }: Drive): boolean {
  return properties.media !== "cdrom" && !volume.startsWith("/");
}

/** The format of a volume that is a file. */
function formatOf({ volume = "" }: Drive): string | undefined {
  return /\.(raw|qcow2|vmdk)$/.exec(volume)?.[1];
}

/** What stands against copies in a format that a storage has not: they are made in its own. */
function formatFindings(
  guest: GuestPlace,
  { format }: Args,
  kind: StorageKind | undefined,
  storage: string,
): Finding[] {
  const isOther = kind && format !== undefined && format !== "raw" && !FILES.test(kind.type);
  return isOther
    ? [ofConfig(guest, "warns", `${storage} keeps no ${format}: the copy has its own format`)]
    : [];
}

/** What PVE itself says of a feature of the guest's volumes; undefined when it does not. */
async function hasFeature(
  { type, place }: GuestPlace,
  feature: "clone" | "snapshot",
  snapname: unknown,
  state: CurrentState,
): Promise<boolean | undefined> {
  const args = {
    ...place,
    feature,
    ...(snapname === undefined ? {} : { snapname: String(snapname) }),
  };
  const row = await readRow(state, guestOperation(FEATURE, type), args);
  return row?.hasFeature === undefined ? undefined : isOn(row.hasFeature);
}

function stops(guest: GuestPlace, what: string): Finding {
  return ofConfig(guest, "stops it", what);
}

async function cloned(
  guest: GuestPlace,
  args: Args,
  state: CurrentState,
): Promise<Finding[]> {
  const { type, place } = guest;
  const snapshot = args.snapname;
  const read = guestOperation(CONFIG, type);
  const [now, config, storages] = await Promise.all([
    configOf(guest, state),
    snapshot === undefined
      ? configOf(guest, state)
      : readRow(state, read, { ...place, snapshot: String(snapshot) }),
    storagesOf(state),
  ]);
  if (!now || !config) return [];
  const kinds = kindsOn(storages, place.node);
  const isTemplate = isOn(now.template);
  const isFull = args.full === undefined ? !isTemplate : isOn(args.full);
  const drives = drivesOf(type, config).filter(({ key }) => !key.startsWith("unused"));
  const disks = drives.filter((drive) => isDisk(drive) && !isCloudInit(drive.volume ?? ""));
  const found: Finding[] = [];
  const options = ["storage", "format"].filter((name) => args[name] !== undefined);
  if (!isFull && options.length > 0) {
    found.push(stops(guest, `${options.join(" and ")} is for full clones: full=true makes one`));
  }
  if (!isFull && await hasFeature(guest, "clone", snapshot, state) === false) {
    const why = isTemplate ? "its storages cannot branch it off" : "it is no template";
    found.push(stops(guest, `It cannot be cloned linked: ${why}`));
  }
  if (isFull && args.storage !== undefined) {
    const kind = kinds.get(String(args.storage));
    found.push(...formatFindings(guest, args, kind, String(args.storage)));
  }
  if (type === "lxc") {
    const mount = drives.find(({ volume = "" }) => volume.startsWith("/"));
    if (mount) found.push(stops(guest, `${mount.key} is a mount of the node, which is not cloned`));
    const runs = isFull && snapshot === undefined &&
      (await statusOf(guest, state))?.status === "running";
    if (runs) found.push(stops(guest, "It runs: a full clone is made of a snapshot then"));
  }
  if (args.target !== undefined && args.target !== place.node) {
    // Of a VM the volumes as they are count, images in CD drives included.
    const counted = type === "qemu"
      ? drives.filter(({ volume = "" }) => volume.includes(":"))
      : disks;
    const copied = type === "lxc" && args.storage !== undefined ? [String(args.storage)] : [];
    const names = copied.length > 0 ? copied : counted.map(storageOf);
    const given = args.storage === undefined ? [] : [String(args.storage)];
    const local = [...names, ...given].find((name) => kinds.get(name)?.shared === false);
    if (local !== undefined) {
      found.push(stops(guest, `${args.target} does not see ${local}, which is local to each node`));
    }
  }
  return found;
}

/** The snapshot that has a volume, if any does. */
async function snapshotWith(
  { type, place }: GuestPlace,
  volume: string,
  state: CurrentState,
): Promise<string | undefined> {
  const rows = await readRows(state, guestOperation(SNAPSHOTS, type), place) ?? [];
  const names = rows.map(({ name }) => String(name)).filter((name) => name !== "current");
  const read = guestOperation(CONFIG, type);
  const has = await Promise.all(names.map(async (snapshot) => {
    const config = await readRow(state, read, { ...place, snapshot });
    return config && drivesOf(type, config).some((each) => each.volume === volume);
  }));
  return names.find((_, index) => has[index]);
}

async function moved(
  guest: GuestPlace,
  args: Args,
  drive: Drive,
  hasSnapshots: boolean,
  state: CurrentState,
): Promise<Finding[]> {
  const { type, place } = guest;
  if (args.storage === undefined) return [];
  const storage = String(args.storage);
  const kinds = kindsOn(await storagesOf(state), place.node);
  const [before, wanted] = [formatOf(drive), args.format];
  const isSame = wanted === undefined || before === undefined || before === wanted;
  const found = formatFindings(guest, args, kinds.get(storage), storage);
  if (type === "lxc" && drive.key.startsWith("unused")) {
    found.push(stops(guest, `${drive.key} is unused: such a volume is not moved`));
  }
  if (type === "qemu" && storageOf(drive) === storage && isSame) {
    found.push(stops(guest, `${drive.key} is on ${storage} already`));
  }
  const snapshot = hasSnapshots ? await snapshotWith(guest, drive.volume ?? "", state) : undefined;
  if (snapshot !== undefined) {
    const [verdict, rest] = isOn(args.delete)
      ? ["stops it", "delete=false leaves it"] as const
      : ["warns", "it stays there"] as const;
    const what = `The snapshot ${snapshot} has ${drive.volume}: ${rest}`;
    found.push(finding(verdict, what, guestOperation(SNAPSHOTS, type), place));
  }
  return found;
}

function resized(guest: GuestPlace, { size: wanted }: Args, drive: Drive): Finding[] {
  const has = bytesOf(drive.properties.size);
  const text = String(wanted);
  if (has === undefined || text.startsWith("+")) return [];
  const size = bytesOf(text);
  if (size === undefined) return [];
  if (size < has) {
    return [stops(guest, `${drive.key} has ${drive.properties.size}: disks do not shrink`)];
  }
  return size === has && guest.type === "lxc"
    ? [stops(guest, `${drive.key} has ${drive.properties.size} already`)]
    : [];
}

const OF_DISKS = /^(?:POST \/move_(?:disk|volume)|PUT \/resize)$/;

/** Whether clones, snapshots, moves and sizes of disks are possible. */
export const copies: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest) return [];
  const { args } = request;
  if (guest.does === "POST /clone") return await cloned(guest, args, state);
  if (guest.does === "POST /snapshot") {
    return await hasFeature(guest, "snapshot", undefined, state) === false
      ? [stops(guest, "A storage of it, or a mount of the node, keeps no snapshots")]
      : [];
  }
  if (!OF_DISKS.test(guest.does)) return [];
  const key = args.disk ?? args.volume;
  const config: Row | undefined = await configOf(guest, state);
  if (!config || key === undefined) return [];
  const drive = drivesOf(guest.type, config).find((each) => each.key === key);
  if (!drive) return [stops(guest, `There is no ${key}`)];
  if (drive.properties.media === "cdrom") return [stops(guest, `${key} is a CD drive`)];
  return guest.does === "PUT /resize"
    ? resized(guest, args, drive)
    : await moved(guest, args, drive, config.parent !== undefined, state);
};
