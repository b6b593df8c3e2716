/**
 * What can be thrown away: volumes that belong to nobody, unused disks, old snapshots, guests that
 * have been stopped for long, images in no drive, backups of guests that are gone.
 *
 * @module
 */
import { bytes, counted, DAY, some, span } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import { guestOperation } from "../../pve/api.ts";
import { drivesOf } from "../../pve/effects/drives.ts";
import type { Args } from "../../pve/encode.ts";
import type { Row } from "../../tool/answer.ts";
import type { StorageRow } from "../../pve/storage_rows.ts";
import {
  distinct,
  type GuestRow,
  placeOf,
  type Readings,
  type Resources,
  rowsOf,
} from "./_readings.ts";
import { type Report } from "./_report.ts";
import { configsOf } from "./_configs.ts";

/** Days after which a snapshot is old and a guest has been off for long, unless the caller says. */
const DEFAULT_DAYS = 30;
/** Guests whose configurations are read, those with the largest volumes first: each is a request. */
const MAX_CONFIGS = 1_000;
/** Guests that are off whose load over the last year is looked at. */
const MAX_STOPPED = 60;

const LARGEST_FIRST = orderBy("-size");

/** Something that may go. */
interface Waste extends Row {
  readonly what: string;
  readonly name: string;
  readonly where: string;
  /** Bytes; null where it is not known. */
  readonly size: number | null;
  readonly why: string;
}

/** A volume, and where it lies. */
interface Found {
  readonly row: Row;
  readonly place: StorageRow;
}

interface Knowledge extends Resources {
  readonly byNumber: ReadonlyMap<number, GuestRow>;
  readonly configs: ReadonlyMap<number, Row>;
  /** Volumes that configurations name. */
  readonly used: ReadonlySet<string>;
  /** `vmid node` of replication jobs. */
  readonly replicas: ReadonlySet<string>;
  /** The token sees every guest: what is nobody's is really nobody's. */
  readonly seesAll: boolean;
  /** The configuration of every guest was read: what none of them names is in no drive. */
  readonly hasAll: boolean;
}

function volidOf({ row }: Found): string {
  return String(row.volid);
}

function wasteOf(what: string, found: Found, why: string): Waste {
  const size = Number(found.row.size ?? 0);
  return { what, name: volidOf(found), where: placeOf(found.place), size, why };
}

/** Why a guest's volume is of no use to it; undefined when it is, or nobody can tell. */
function orphaned({ row, place }: Found, known: Knowledge): string | undefined {
  const vmid = Number(row.vmid);
  const guest = known.byNumber.get(vmid);
  if (!guest) return vmid > 0 && known.seesAll ? `there is no guest ${vmid}` : undefined;
  const elsewhere = !place.shared && place.node !== guest.node;
  if (elsewhere) {
    return known.replicas.has(`${vmid} ${place.node}`)
      ? undefined
      : `${guest.name} (${vmid}) is on ${guest.node}, and not replicated here`;
  }
  const config = known.configs.get(vmid);
  // Snapshots may hold volumes that the configuration of now does not name.
  if (!config || config.parent !== undefined || known.used.has(String(row.volid))) return undefined;
  return `${guest.name} (${vmid}) does not name it`;
}

/** Volumes, images and backups that nobody needs. */
function wastedVolumes(volumes: readonly Found[], known: Knowledge): Waste[] {
  return volumes.flatMap((found): Waste[] => {
    const content = String(found.row.content);
    if (content === "images" || content === "rootdir") {
      const why = orphaned(found, known);
      return why === undefined ? [] : [wasteOf("orphaned volume", found, why)];
    }
    const vmid = Number(found.row.vmid);
    if (content === "backup" && known.seesAll && vmid > 0) {
      return known.byNumber.has(vmid)
        ? []
        : [wasteOf("backup", found, `its guest ${vmid} is gone`)];
    }
    if (content !== "iso" || !known.hasAll || known.used.has(volidOf(found))) return [];
    return [wasteOf("image", found, "in no drive")];
  });
}

function unusedDisks(volumes: readonly Found[], { configs, guests }: Knowledge): Waste[] {
  const found = new Map(volumes.map((each) => [volidOf(each), each] as const));
  return guests.flatMap((guest) =>
    drivesOf(guest.type, configs.get(guest.vmid) ?? {})
      .filter(({ key }) => key.startsWith("unused"))
      .map(({ key, volume = "" }) => ({
        what: "unused disk",
        name: volume,
        where: `${guest.name} (${guest.vmid})`,
        size: Number(found.get(volume)?.row.size ?? 0) || null,
        why: `detached, as ${key}`,
      }))
  );
}

async function oldSnapshots(readings: Readings, known: Knowledge, days: number): Promise<Waste[]> {
  const guests = known.guests.filter(({ vmid }) => known.configs.get(vmid)?.parent !== undefined);
  const lists = await Promise.all(guests.map(async ({ vmid, type, node, name }) => {
    const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/snapshot", type);
    const rows = rowsOf(await readings.read(operation, { node, vmid }, `snapshots of ${vmid}`));
    return rows.filter(({ snaptime }) => Number(snaptime) < readings.now - days * DAY)
      .map((row) => ({
        what: "old snapshot",
        name: String(row.name),
        where: `${name} (${vmid})`,
        size: null,
        why: `${span(readings.now - Number(row.snaptime))} old`,
      }));
  }));
  return lists.flat();
}

/** When a guest ran last, by the load that was measured in the last year. */
async function lastRun(readings: Readings, guest: GuestRow): Promise<number | undefined> {
  const { vmid, type, node } = guest;
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/rrddata", type);
  const args = { node, vmid, timeframe: "year" };
  const rows = rowsOf(await readings.read(operation, args, `load of ${vmid}`));
  const ran = rows.filter(({ cpu }) => typeof cpu === "number" && cpu > 0);
  return rows.length === 0 ? undefined : Math.max(0, ...ran.map(({ time }) => Number(time)));
}

async function longStopped(
  readings: Readings,
  { guests, online }: Resources,
  days: number,
): Promise<Waste[]> {
  const stopped = guests.filter(({ status, template, node }) =>
    status === "stopped" && !template && online.includes(node)
  );
  if (stopped.length > MAX_STOPPED) {
    readings.note(`Of ${stopped.length} stopped guests, ${MAX_STOPPED} were looked at`);
  }
  const found = await Promise.all(
    stopped.slice(0, MAX_STOPPED).map(async (guest) => {
      const last = await lastRun(readings, guest);
      if (last === undefined || last > readings.now - days * DAY) return [];
      const why = last === 0
        ? "did not run in the last year"
        : `off for ${span(readings.now - last)}`;
      const name = `${guest.name} (${guest.vmid})`;
      return [{ what: "stopped guest", name, where: guest.node, size: null, why }];
    }),
  );
  return found.flat();
}

/** What deletes each kind. */
const NEXT: Readonly<Record<string, string>> = {
  "orphaned volume":
    "proxmox_storage_content action=delete storage=… volume=… — after a look at what is in it",
  "unused disk":
    "proxmox_vm_disk action=remove vmid=… disk=… — of a container, proxmox_lxc_mountpoint",
  "old snapshot": "proxmox_guest_snapshot action=delete vmid=… snapname=… — its room comes back",
  "stopped guest": "proxmox_guest_delete vmid=… — after a last backup by proxmox_backup",
  image: "proxmox_storage_content action=delete storage=… volume=… — an image can be had again",
  backup: "proxmox_backup action=delete storage=… volume=… — unless it is all that is left",
};

/** Guests by what their volumes take, the largest first. */
function byVolumes(guests: readonly GuestRow[], volumes: readonly Found[]): GuestRow[] {
  const bytesOf = new Map<number, number>();
  for (const { row } of volumes) {
    const vmid = Number(row.vmid);
    if (!/^(?:images|rootdir)$/.test(String(row.content))) continue;
    bytesOf.set(vmid, (bytesOf.get(vmid) ?? 0) + Number(row.size ?? 0));
  }
  return guests.toSorted((one, other) =>
    (bytesOf.get(other.vmid) ?? 0) - (bytesOf.get(one.vmid) ?? 0)
  );
}

async function knowledge(
  readings: Readings,
  resources: Resources,
  volumes: readonly Found[],
): Promise<Knowledge> {
  const all = resources.guests.filter(({ node }) => resources.online.includes(node));
  const there = byVolumes(all, volumes).slice(0, MAX_CONFIGS);
  if (there.length < all.length) {
    readings.note(
      `Configurations were read of ${there.length} guests of ${all.length}, those with the largest ` +
        "volumes: unused disks, orphaned volumes and snapshots of others are not in it",
    );
  }
  const [configs, replication, sees] = await Promise.all([
    configsOf(readings, there),
    readings.read("GET /cluster/replication", {}, "replication jobs"),
    readings.check([
      ["VM.Audit", "/vms", "guests; no volume is called orphaned for want of its guest"],
      ["Datastore.Allocate", "/storage", "volumes"],
    ]),
  ]);
  const used = new Set<string>();
  for (const { vmid, type } of there) {
    for (const { volume } of drivesOf(type, configs.get(vmid) ?? {})) if (volume) used.add(volume);
    const { vmstate } = configs.get(vmid) ?? {};
    if (vmstate) used.add(String(vmstate));
  }
  const replicas = new Set(rowsOf(replication).map((row) => `${row.guest} ${row.target}`));
  const byNumber = new Map(resources.guests.map((guest) => [guest.vmid, guest]));
  const unread = resources.guests.filter(({ vmid }) => !configs.has(vmid)).length;
  const hasAll = unread === 0 && sees("VM.Audit");
  if (!hasAll) readings.note("Which images are in no drive is not known: not every guest was read");
  return {
    ...resources,
    byNumber,
    configs,
    used,
    replicas,
    seesAll: sees("VM.Audit", "Datastore.Allocate"),
    hasAll,
  };
}

/** The report `waste`. */
export async function waste(readings: Readings, args: Args): Promise<Report> {
  const days = Number(args.days ?? DEFAULT_DAYS);
  const resources = await readings.resources();
  await readings.assertGuests(resources);
  const places = distinct(resources.storages).filter(({ available, node }) =>
    available && resources.online.includes(node)
  );
  const lists = await Promise.all(
    places.map(async (place) =>
      (await readings.volumes(place)).map((row): Found => ({ row, place }))
    ),
  );
  const volumes = lists.flat();
  const [known, stopped] = await Promise.all([
    knowledge(readings, resources, volumes),
    longStopped(readings, resources, days),
  ]);
  const all: Waste[] = [
    ...wastedVolumes(volumes, known),
    ...unusedDisks(volumes, known),
    ...await oldSnapshots(readings, known, days),
    ...stopped,
  ];
  const rows = all.sort(LARGEST_FIRST);
  const kinds = [...new Set(rows.map(({ what }) => what))];
  const sizes = rows.flatMap(({ size }) => size ?? []);
  const sum = sizes.reduce((total, size) => total + size, 0);
  return {
    title: rows.length === 0
      ? "Nothing was found that can go"
      : `${counted(rows.length, "thing")} may go, ${
        sizes.length === 0 ? "of unknown size" : `${bytes(sum)} as far as sizes are known`
      }`,
    facts: Object.fromEntries(kinds.map((kind) => {
      const names = rows.filter(({ what }) => what === kind).map(({ name }) => name);
      return [`${kind} (${names.length})`, some(names, 3)];
    })),
    columns: ["what", "name", "where", "size", "why"],
    rows,
    order: LARGEST_FIRST,
    unseen: readings.unseen(),
    next: kinds.length > 0 ? kinds.flatMap((kind) => NEXT[kind] ?? []) : [
      "proxmox_report action=capacity — what fills up all the same",
    ],
  };
}
