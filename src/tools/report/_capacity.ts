/**
 * What storages and nodes have left, how fast they fill, and thin pools that have promised more than
 * they hold.
 *
 * @module
 */
import { bytes, counted, DAY, some } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import { type Growth, growthOf } from "./_growth.ts";
import { cannotSee } from "../../answer/hints/cannot_see.ts";
import { STORAGES } from "../../pve/hidden_rows.ts";
import type { StorageRow } from "../../pve/storage_rows.ts";
import { distinct, type NodeRow, placeOf, type Readings, type Resources } from "./_readings.ts";
import { type Report } from "./_report.ts";

/** Kinds of storage on which a volume may take less than its size. */
const THIN = /^(lvmthin|zfspool|rbd|dir|nfs|cifs|btrfs|cephfs)$/;
/** The share from which a storage is full: what is left holds nothing any more. */
const FULL = 0.995;
/** Soonest full first; then the fullest. */
const SOONEST_FULL = orderBy("full_in_days", "-used_fraction");
const HOLDS_DISKS = /^(images|rootdir)$/;

/** Something that fills. */
interface Filling {
  readonly what: string;
  /** Bytes, as the total: undefined where nobody can see them. */
  readonly used: number | undefined;
  readonly total: number | undefined;
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
  // iSCSI, for one, has no size to be full of.
  const isFull = total > 0 && used >= total * FULL;
  const growth = isFull ? { ...known, kind: "grows" as const, fullIn: 0 } : known;
  return { what, used, total, growth, promised, storage: row };
}

async function memoryOf(
  readings: Readings,
  { node, mem, maxmem }: NodeRow,
  { guests }: Resources,
  seesGuests: boolean,
): Promise<Filling> {
  const operation = "GET /nodes/{node}/rrddata";
  const series = await readings.read(
    operation,
    { node, timeframe: "month" },
    `growth of memory of ${node}`,
  );
  const running = guests.filter((guest) => guest.node === node && guest.status === "running");
  const promised = seesGuests
    ? running.reduce((sum, guest) => sum + (guest.maxmem ?? 0), 0)
    : undefined;
  const growth = growthOf(series, "memused", "memtotal", readings.now);
  return { what: `memory of ${node}`, used: mem, total: maxmem, growth, promised };
}

/** `2027-01-05, in 37 days`; what is known where no date is. */
function fullText({ kind, fullIn }: Growth, now: number): string {
  if (kind !== "grows") return kind === "unknown" ? "unknown" : `not in sight: ${kind}`;
  if (fullIn === 0) return "it is full";
  if (fullIn === Infinity) return "in more than 5 years";
  const date = new Date((now + fullIn * DAY) * 1000).toISOString().slice(0, 10);
  return `${date}, in ${counted(Math.round(fullIn), "day")}`;
}

function shareOf({ used, total }: Filling): number | undefined {
  if (used === undefined || total === undefined) return undefined;
  return total > 0 ? used / total : 0;
}

/** To a thousandth; null where it is not known. */
function rounded(share: number | undefined): number | null {
  return share === undefined ? null : Math.round(share * 1000) / 1000;
}

function freeOf({ used, total }: Filling): number | null {
  return used === undefined || total === undefined ? null : total - used;
}

function isSeen(filling: Filling): boolean {
  return filling.promised !== undefined || shareOf(filling) !== undefined;
}

/** Soonest full first; then the fullest. */
function byUrgency(one: Filling, other: Filling): number {
  const [soon, later] = [one.growth.fullIn, other.growth.fullIn];
  return soon === later ? (shareOf(other) ?? -1) - (shareOf(one) ?? -1) : soon - later;
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
  const fullest =
    storages.toSorted((one, other) => (shareOf(other) ?? -1) - (shareOf(one) ?? -1))[0] ?? first;
  return `No storage is known to fill up${
    unknown > 0 ? ` (of ${unknown} there are too few points to tell)` : ""
  }; the fullest is ${fullest.what}, ${Math.round((shareOf(fullest) ?? 0) * 100)} % used`;
}

/** The report `capacity`. */
export async function capacity(readings: Readings): Promise<Report> {
  const resources = await readings.resources();
  const { nodes, online } = resources;
  const there = distinct(
    resources.storages.filter((row) => online.includes(row.node) && row.available),
  );
  const checked = readings.check([
    ["Datastore.Audit", "/storage", "storages"],
    ["Datastore.Allocate", "/storage", "volumes of guests that it may not see"],
    ["Sys.Audit", "/nodes", "the load of nodes"],
    ["VM.Audit", "/vms", "guests"],
  ]);
  const [storages, memory, sees] = await Promise.all([
    Promise.all(there.map((row) => ofStorage(readings, row))),
    checked.then((sees) =>
      Promise.all(
        nodes.filter(({ node }) => online.includes(node))
          .map((row) => memoryOf(readings, row, resources, sees("VM.Audit"))),
      )
    ),
    checked,
  ]);
  if (!storages.some(isSeen) && !memory.some(isSeen)) throw cannotSee([STORAGES]);
  const over = storages.filter(({ promised = 0, total = 0 }) => promised > total);
  const worst = storages.toSorted(byUrgency)[0]?.storage;
  return {
    title: titleOf(storages.toSorted(byUrgency), readings.now),
    facts: {
      "promised more than they have":
        over.map(({ what, promised = 0, total = 0 }) =>
          `${what}: ${bytes(promised)} of ${bytes(total)}`
        ).slice(0, 5).join("; ") ||
        (sees("Datastore.Audit", "Datastore.Allocate") ? "no storage" : "none that can be seen"),
    },
    columns: ["what", "used_fraction", "free", "promised_bytes", "per_day_bytes", "full"],
    rows: [...storages, ...memory].map((filling) => ({
      what: filling.what,
      used_fraction: rounded(shareOf(filling)),
      free: freeOf(filling),
      promised_bytes: filling.promised ?? null,
      per_day_bytes: filling.growth.kind === "unknown" ? null : Math.round(filling.growth.perDay),
      full: fullText(filling.growth, readings.now),
      full_in_days: Number.isFinite(filling.growth.fullIn) ? filling.growth.fullIn : null,
    })).sort(SOONEST_FULL),
    order: SOONEST_FULL,
    unseen: readings.unseen(),
    next: [
      ...(worst
        ? [
          `proxmox_storage_content action=list storage=${worst.storage}${
            worst.shared ? "" : ` node=${worst.node}`
          } — what fills it`,
        ]
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
