/**
 * What storages and nodes have left, how fast they fill, and thin pools that have promised more than
 * they hold.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import { type Growth, growthOf } from "./_growth.ts";
import {
  distinct,
  type NodeRow,
  placeOf,
  type Readings,
  type Resources,
  type StorageRow,
} from "./_readings.ts";
import { count, type Report, some } from "./_report.ts";

const DAY = 86_400;
/** Kinds of storage on which a volume may take less than its size. */
const THIN = /^(lvmthin|zfspool|rbd|dir|nfs|cifs|btrfs|cephfs)$/;
/** The share from which a storage is full: what is left holds nothing any more. */
const FULL = 0.995;
const HOLDS_DISKS = /^(images|rootdir)$/;

/** Something that fills. */
interface Filling {
  readonly what: string;
  readonly used: number;
  readonly total: number;
  readonly growth: Growth;
  /** Bytes that are promised to guests; undefined where nobody promises, or it is not known. */
  readonly promised: number | undefined;
  readonly storage?: StorageRow;
}

async function ofStorage(readings: Readings, row: StorageRow): Promise<Filling> {
  const { storage, node, type, content, used, total } = row;
  const what = placeOf(row);
  const isThin = THIN.test(type) && content.some((each) => HOLDS_DISKS.test(each));
  const [series, volumes] = await Promise.all([
    readings.read(
      "GET /nodes/{node}/storage/{storage}/rrddata",
      { node, storage, timeframe: "month" },
      `growth of ${what}`,
    ),
    isThin ? readings.volumes(row) : undefined,
  ]);
  const promised = volumes?.filter((volume) => HOLDS_DISKS.test(String(volume.content)))
    .reduce((sum, volume) => sum + Number(volume.size ?? 0), 0);
  const known = growthOf(series, "used", "total", readings.now);
  const growth = used >= total * FULL ? { ...known, kind: "grows" as const, fullIn: 0 } : known;
  return { what, used, total, growth, promised, storage: row };
}

async function memoryOf(
  readings: Readings,
  { node, mem = 0, maxmem = 0 }: NodeRow,
  { guests }: Resources,
): Promise<Filling> {
  const operation = "GET /nodes/{node}/rrddata";
  const series = await readings.read(
    operation,
    { node, timeframe: "month" },
    `growth of memory of ${node}`,
  );
  const promised = guests.filter((guest) => guest.node === node && guest.status === "running")
    .reduce((sum, guest) => sum + (guest.maxmem ?? 0), 0);
  const growth = growthOf(series, "memused", "memtotal", readings.now);
  return { what: `memory of ${node}`, used: mem, total: maxmem, growth, promised };
}

/** `2027-01-05, in 37 days`; what is known where no date is. */
function fullText({ kind, fullIn }: Growth, now: number): string {
  if (kind !== "grows") return kind === "unknown" ? "unknown" : `not in sight: ${kind}`;
  if (fullIn === 0) return "it is full";
  if (fullIn === Infinity) return "in more than 5 years";
  const date = new Date((now + fullIn * DAY) * 1000).toISOString().slice(0, 10);
  return `${date}, in ${count(Math.round(fullIn), "day")}`;
}

function shareOf({ used, total }: Filling): number {
  return total > 0 ? used / total : 0;
}

/** Soonest full first; then the fullest. */
function byUrgency(one: Filling, other: Filling): number {
  const [soon, later] = [one.growth.fullIn, other.growth.fullIn];
  return soon === later ? shareOf(other) - shareOf(one) : soon - later;
}

function titleOf(storages: readonly Filling[], now: number): string {
  const [first] = storages;
  if (!first) return "No storage can be seen";
  if (first.growth.fullIn === 0) {
    const full = storages.filter(({ growth }) => growth.fullIn === 0).map(({ what }) => what);
    return `Full already: ${some(full)}`;
  }
  if (first.growth.fullIn !== Infinity) {
    return `${first.what} is full first, at this pace: ${fullText(first.growth, now)}`;
  }
  const unknown = storages.filter(({ growth }) => growth.kind === "unknown").length;
  const fullest = storages.toSorted((one, other) => shareOf(other) - shareOf(one))[0] ?? first;
  return `No storage is known to fill up${
    unknown > 0 ? ` (of ${unknown} there are too few points to tell)` : ""
  }; the fullest is ${fullest.what}, ${Math.round(shareOf(fullest) * 100)} % used`;
}

/** The report `capacity`. */
export async function capacity(readings: Readings): Promise<Report> {
  const resources = await readings.resources();
  const { nodes, online } = resources;
  const there = distinct(
    resources.storages.filter((row) => online.includes(row.node) && row.available),
  );
  const [storages, memory] = await Promise.all([
    Promise.all(there.map((row) => ofStorage(readings, row))),
    Promise.all(
      nodes.filter(({ node }) => online.includes(node))
        .map((row) => memoryOf(readings, row, resources)),
    ),
    readings.check([
      ["Datastore.Audit", "/storage", "storages"],
      ["Datastore.Allocate", "/storage", "volumes of guests that it may not see"],
      ["Sys.Audit", "/nodes", "the load of nodes"],
    ]),
  ]);
  const all = [...storages, ...memory].sort(byUrgency);
  const over = storages.filter(({ promised = 0, total }) => promised > total);
  const worst = storages.toSorted(byUrgency)[0]?.storage;
  return {
    title: titleOf(storages.toSorted(byUrgency), readings.now),
    facts: {
      "promised more than they have":
        over.map(({ what, promised = 0, total }) =>
          `${what}: ${bytes(promised)} of ${bytes(total)}`
        ).slice(0, 5).join("; ") || "no storage",
    },
    columns: ["what", "used_fraction", "free", "promised_bytes", "per_day_bytes", "full"],
    rows: all.map((filling) => ({
      what: filling.what,
      used_fraction: Math.round(shareOf(filling) * 1000) / 1000,
      free: filling.total - filling.used,
      promised_bytes: filling.promised ?? null,
      per_day_bytes: filling.growth.kind === "unknown" ? null : Math.round(filling.growth.perDay),
      full: fullText(filling.growth, readings.now),
    })),
    unseen: readings.unseen(),
    next: [
      ...(worst
        ? [`proxmox_storage_content action=list storage=${worst.storage} — what fills it`]
        : []),
      "proxmox_report action=waste — what can go",
      ...(over.length > 0
        ? [
          "proxmox_guest_disk_move vmid=… storage=… — volumes off a storage that promised too much",
        ]
        : []),
    ],
  };
}
