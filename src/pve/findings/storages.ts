/**
 * Whether the storages and volumes that a request names are where it needs them, take such content
 * and have the room.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { GIB } from "../../base/byte_units.ts";
import { bytes } from "../../base/text/units.ts";
import { operationFact, paramFact } from "../api.ts";
import { type CurrentState, isOn } from "../effects/effect.ts";
import { driveOf, drivesOf, isDriveKey } from "../effects/drives.ts";
import { readRows, type Row } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { type Attempt, tellsOfAbsence } from "../errors.ts";
import { bytesOf } from "../size.ts";
import { storageOf } from "../storage_rows.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import { configOf, guestPlaceOf } from "./guest_place.ts";
import { lackingFindings } from "./privileges.ts";

const STATUS = "GET /nodes/{node}/storage/{storage}/status";
const CONTENT = "GET /nodes/{node}/storage/{storage}/content";
/** Kinds that give out all of a volume at once; others only what is written. */
const THICK = /^(?:lvm|iscsi\w*)$/;

/** What a request wants of a storage. */
interface Need {
  readonly storage: string;
  readonly node: string;
  /** `images`, `rootdir`, `backup`, `iso`…; undefined for any. */
  readonly content: string | undefined;
  /** Bytes of new volumes; 0 when none are made, or nobody knows. */
  readonly size: number;
}

function typeOf({ operation }: Attempt): "qemu" | "lxc" | undefined {
  return /^\w+ \/nodes\/\{node\}\/(qemu|lxc)\b/.exec(operation)?.[1] as "qemu" | "lxc" | undefined;
}

/** Bytes of a `size=` of a drive; 0 where nobody knows. */
function sizeOf(text: string | undefined): number {
  return bytesOf(text) ?? 0;
}

/** Volumes and new disks that the arguments put into drives. */
function drivesIn(request: Attempt): ReturnType<typeof driveOf>[] {
  const type = typeOf(request);
  if (!type) return [];
  return Object.entries(request.args)
    .filter(([key, value]) => isDriveKey(key) && typeof value === "string" && value !== "")
    .map(([key, value]) => driveOf(type, key, String(value)));
}

/** What new disks in the arguments need: `local-lvm:32`. */
function newDisks(request: Attempt, node: string): Need[] {
  const content = typeOf(request) === "lxc" ? "rootdir" : "images";
  return drivesIn(request).flatMap(({ volume = "" }) => {
    const [, storage, gib] = /^([\w.-]+):(\d+(?:\.\d+)?)$/.exec(volume) ?? [];
    return storage === undefined ? [] : [{ storage, node, content, size: Number(gib) * GIB }];
  });
}

/** What the copies of a guest's disks need on another storage. */
async function copies(request: Attempt, state: CurrentState): Promise<Need[]> {
  const guest = guestPlaceOf(request);
  if (!guest) return [];
  const { args } = request;
  const { type, does, place: { node } } = guest;
  const content = type === "lxc" ? "rootdir" : "images";
  const isMove = /^POST \/move_(?:disk|volume)$/.test(does);
  const isGrowth = does === "PUT /resize";
  const isClone = does === "POST /clone" && args.storage !== undefined;
  if (!isMove && !isGrowth && !isClone) return [];
  const config = await configOf(guest, state);
  const drives = config ? drivesOf(type, config) : [];
  if (isClone) {
    const disks = drives.filter(({ properties }) => properties.media !== "cdrom");
    const size = disks.reduce((sum, { properties }) => sum + sizeOf(properties.size), 0);
    return [{ storage: String(args.storage), node: String(args.target ?? node), content, size }];
  }
  const drive = drives.find(({ key }) => key === (args.disk ?? args.volume));
  const has = sizeOf(drive?.properties.size);
  if (isMove) {
    if (args.storage === undefined) return [];
    return [{ storage: String(args.storage), node, content, size: has }];
  }
  const [storage] = drive?.volume?.split(":") ?? [];
  const wanted = sizeOf(String(args.size).replace(/^\+/, ""));
  const size = String(args.size).startsWith("+") ? wanted : Math.max(0, wanted - has);
  return storage === undefined ? [] : [{ storage, node, content: undefined, size }];
}

/** What a storage must take that a parameter of an operation names; undefined for anything. */
function contentOf(path: string, args: Args): string | undefined {
  if (path.endsWith("/vzdump")) return "backup";
  if (/\/(?:upload|download-url)$/.test(path)) return String(args.content);
  const [, type] = /^\/nodes\/\{node\}\/(qemu|lxc)$/.exec(path) ?? [];
  return type && (type === "lxc" ? "rootdir" : "images");
}

/** What the parameters that name a storage need of it. */
function named({ operation, args }: Attempt, node: string): Need[] {
  const fact = operationFact(operation);
  return Object.entries(args).flatMap(([name, value]) => {
    if (value === undefined || paramFact(fact, name)?.format !== "pve-storage-id") return [];
    return [{ storage: String(value), node, content: contentOf(fact.path, args), size: 0 }];
  });
}

async function needFindings(need: Need, state: CurrentState): Promise<Finding[]> {
  const { storage, node, content, size } = need;
  const place = { node, storage };
  let row: Row;
  try {
    row = await state.get(STATUS, place) as Row;
  } catch (error) {
    if (!tellsOfAbsence(error)) throw error;
    const what = `${node} has no storage ${storage}`;
    return [finding("stops it", what, STATUS, place)];
  }
  const { enabled, active, content: kinds, avail, type } = row;
  const found = (verdict: Finding["verdict"], what: string): Finding =>
    finding(verdict, what, STATUS, place);
  if (enabled !== undefined && !isOn(enabled)) return [found("stops it", `${storage} is disabled`)];
  if (active !== undefined && !isOn(active)) {
    return [found("stops it", `${storage} is not active on ${node}`)];
  }
  const wrong = content !== undefined && typeof kinds === "string" &&
    !kinds.split(",").includes(content);
  if (wrong) return [found("stops it", `${storage} takes ${kinds}, not ${content}`)];
  if (size === 0 || avail === undefined) return [];
  const free = Number(avail);
  const words = `${storage} has ${bytes(free)} free, ${bytes(size)} are needed`;
  if (size <= free) return [found("fine", words)];
  return [found(THICK.test(String(type)) ? "stops it" : "warns", words)];
}

/** Several needs of one storage are one: its disks share the room. */
function together(needs: readonly Need[]): Need[] {
  const groups = Map.groupBy(needs, ({ node, storage }) => `${node}/${storage}`);
  return [...groups.values()].map((group) => ({
    ...group[0]!,
    content: group.find(({ content }) => content !== undefined)?.content,
    size: group.reduce((sum, { size }) => sum + size, 0),
  }));
}

/** What a request needs of the storages of its node. */
async function needsOf(request: Attempt, state: CurrentState): Promise<Need[]> {
  const { path } = operationFact(request.operation);
  const { node } = request.args;
  if (node === undefined || !path.startsWith("/nodes/{node}/")) return [];
  const disks = newDisks(request, String(node));
  const copied = await copies(request, state);
  const known = [...disks, ...copied].map(({ storage }) => storage);
  const others = named(request, String(node)).filter(({ storage }) => !known.includes(storage));
  return together([...disks, ...copied, ...others]);
}

/** Whether the storages of a request are there, take what it makes, and have the room. */
export const storages: Check = async (request, state) => {
  const needs = await needsOf(request, state);
  return (await Promise.all(needs.map((need) => needFindings(need, state)))).flat();
};

/** Content for which a storage gives out space to whoever may take it. */
const ALLOCATED = ["images", "rootdir", "backup"];

/** Whether the token may take space on the storages. */
export const storagePrivileges: Check = async (request, state) => {
  const needs = await needsOf(request, state);
  const found = needs.filter(({ content = "" }) => ALLOCATED.includes(content))
    .map(({ storage }) =>
      lackingFindings(`/storage/${storage}`, ["Datastore.AllocateSpace"], state)
    );
  return (await Promise.all(found)).flat();
};

/** Volumes that the arguments name and that must be there: ISOs, templates, archives. */
function volumesIn(request: Attempt): string[] {
  const { args } = request;
  const inDrives = drivesIn(request).map(({ volume, properties }) =>
    properties["import-from"] ?? volume
  );
  return [...inDrives, args.ostemplate, args.archive, args.volume]
    .map((volume) => String(volume ?? ""))
    .filter((volume) => /^[A-Za-z][\w.-]*:(?!cloudinit$)(?!\d{1,9}(?:\.\d{1,9})?$)/.test(volume));
}

/** Files, which are listed by their kind alone: `iso/…`, `vztmpl/…`. */
const FILE = /^[^:]+:(iso|vztmpl)\//;
/** A disk in an appliance, which is listed as the one file that it is. */
const IN_APPLIANCE = /(?<=:import\/[^/]+\.ova)\/.*$/i;

/** Volumes that say of what kind they are; others are disks, whatever guest has them. */
const OF_KIND = /^[^:]+:(backup|import|iso|snippets|vztmpl)\//;

function kindsOf(volume: string): readonly string[] {
  const [, kind] = OF_KIND.exec(volume) ?? [];
  return kind === undefined ? ["images", "rootdir"] : [kind];
}

/** Whether a storage lists one of the kinds: volumes of those that it takes no more are unlisted. */
async function lists(
  storage: string,
  kinds: readonly string[],
  state: CurrentState,
): Promise<boolean> {
  const rows = await readRows(state, "GET /cluster/resources", { type: "storage" }) ?? [];
  return rows.map(storageOf).some((row) =>
    row.storage === storage && kinds.some((kind) => row.content.includes(kind))
  );
}

async function volumeFinding(
  volume: string,
  node: string,
  state: CurrentState,
): Promise<Finding[]> {
  const [, content] = FILE.exec(volume) ?? [];
  const file = volume.replace(IN_APPLIANCE, "");
  const [storage = ""] = volume.split(":");
  const place = { node, storage, ...defined({ content }) };
  const rows = await readRows(state, CONTENT, place);
  if (!rows || rows.some(({ volid }) => volid === file)) return [];
  // A share of Windows has the file under any case.
  const like = rows.find(({ volid }) => String(volid).toLowerCase() === file.toLowerCase())?.volid;
  if (like !== undefined) {
    return [finding("warns", `${volume} is listed as ${like}`, CONTENT, place)];
  }
  const kinds = kindsOf(volume);
  const isListed = (content !== undefined && rows.length > 0) || await lists(storage, kinds, state);
  if (!isListed) {
    const none = `its storage lists no ${kinds.join(" or ")}`;
    const what = `Whether there is ${volume} cannot be seen: ${none}`;
    return [finding("warns", what, CONTENT, place)];
  }
  return [finding("stops it", `There is no volume ${volume}`, CONTENT, place)];
}

async function missing(
  request: Attempt,
  state: CurrentState,
  isMeant: (volume: string) => boolean,
): Promise<Finding[]> {
  const { node } = request.args;
  if (node === undefined) return [];
  const found = volumesIn(request).filter(isMeant)
    .map((volume) => volumeFinding(volume, String(node), state));
  return (await Promise.all(found)).flat();
}

/** Whether the volumes that a request names are there. */
export const volumes: Check = (request, state) => missing(request, state, () => true);

/** Whether the files are there that a new guest is made of. */
export const files: Check = (request, state) =>
  /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/.test(request.operation)
    ? missing(request, state, (volume) => FILE.test(volume))
    : [];
