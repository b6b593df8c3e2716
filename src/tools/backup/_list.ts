/**
 * Backups on all storages, newest first.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import { defined } from "../../base/defined.ts";
import { time } from "../../base/text/units.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { Args } from "../../pve/encode.ts";
import { isNumber } from "../../pve/guests.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { BACKUPS } from "../../pve/hidden_rows.ts";
import { ownPermissions } from "../../pve/permissions.ts";
import { cannotSee, takesText } from "../../answer/hints/cannot_see.ts";
import { countText, pageOf } from "../../answer/list.ts";
import { type BackupSight, backupSight } from "../_backup_sight.ts";
import type { StorageRow } from "../../pve/storage_rows.ts";
import { storageRows } from "./_archive.ts";

const COLUMNS = ["volid", "vmid", "ctime", "size", "protected", "notes", "node"];
const NEWEST = ["vmid", "name", "age", "ctime", "volid", "size", "protected"];

function listText(names: Iterable<string>): string {
  return [...new Set(names)].join(", ");
}

/** What is asked once: a shared storage on one of its nodes, others on each. */
function keyOf({ storage, node, shared }: StorageRow): string {
  return shared ? storage : `${node}/${storage}`;
}

/** Storages for backups that are disabled: the cluster's list of resources leaves them out. */
async function disabledStorages(context: ReadContext): Promise<string[]> {
  const rows = (await context.request("GET /storage", {})).data as readonly Row[];
  return rows.filter(({ disable, content }) =>
    Number(disable ?? 0) === 1 && splitList(content).includes("backup")
  ).map(({ storage }) => String(storage));
}

/** `nas, local on pve1 and pve2`: a shared one is the same on all its nodes. */
function placesText(rows: readonly StorageRow[]): string {
  const nodes = new Map<string, string[]>();
  for (const { storage, node, shared } of rows) {
    nodes.set(storage, [...nodes.get(storage) ?? [], ...(shared ? [] : [node])]);
  }
  return [...nodes].map(([storage, on]) =>
    on.length > 0 ? `${storage} on ${listText(on)}` : storage
  )
    .join("; ");
}

/** The storages that a call means and that can be asked. */
interface Places {
  readonly asked: readonly StorageRow[];
  /** The others, and why. */
  readonly skipped: readonly string[];
  /** Whether that is all that it means. */
  readonly isWhole: boolean;
}

/** The storages that a call means. */
async function findPlaces(context: ReadContext, { storage, node }: Args): Promise<Places> {
  const [rows, disabled] = await Promise.all([storageRows(context), disabledStorages(context)]);
  const all = rows.filter(({ content }) => content.includes("backup"));
  const meant = all.filter((row) =>
    (storage === undefined || row.storage === storage) && (node === undefined || row.node === node)
  );
  if (meant.length === 0 && all.length > 0) {
    const which = storage === undefined ? "storage" : `storage "${storage}"`;
    throw new ToolError(
      `There is no ${which} for backups${node === undefined ? "" : ` on ${node}`}`,
      {
        reason: `Those that the token may see are ${listText(all.map((row) => row.storage))}, on ${
          listText(all.map((row) => row.node))
        }${disabled.length > 0 ? `; disabled: ${disabled.join(", ")}` : ""}`,
      },
    );
  }
  const asked = new Map<string, StorageRow>();
  for (const row of meant.filter(({ available }) => available)) {
    if (!asked.has(keyOf(row))) asked.set(keyOf(row), row);
  }
  const offline = meant.filter((row) => !asked.has(keyOf(row)));
  const skipped = [
    ...(offline.length > 0 ? [`${placesText(offline)} (not available)`] : []),
    ...(storage === undefined && disabled.length > 0 ? [`${disabled.join(", ")} (disabled)`] : []),
  ];
  return { asked: [...asked.values()], skipped, isWhole: offline.length === 0 };
}

/** The number of a guest by number or name; a backup may outlive its guest. */
async function numberOf(context: ReadContext, guest: string): Promise<number> {
  return isNumber(guest)
    ? Number(guest)
    : (await context.guests.find(guest, undefined, context.signal)).vmid;
}

function newestFirst(one: Row, other: Row): number {
  return Number(other.ctime) - Number(one.ctime);
}

/** Of a guest of which nobody knows whether it has backups. */
const UNKNOWN = "unknown";

/** Guests without any backup first, then those of which it is not known, then the oldest. */
function rankOf({ age }: Row): number {
  return age === UNKNOWN ? Number.MAX_VALUE : Number(age ?? Infinity);
}

function oldestFirst(one: Row, other: Row): number {
  const [rank, otherRank] = [rankOf(one), rankOf(other)];
  return rank === otherRank ? Number(one.vmid) - Number(other.vmid) : otherRank - rank;
}

/** What was found in the storages that could be read. */
interface Found {
  readonly rows: readonly Row[];
  readonly read: readonly StorageRow[];
  /** Whether there is no other storage that is meant. */
  readonly isWhole: boolean;
}

/** Reads storages; one that cannot be read is a note, unless none can. */
async function readBackups(
  context: ReadContext,
  { asked, skipped, isWhole }: Places,
  vmid: number | undefined,
): Promise<Found> {
  const results = await Promise.allSettled(asked.map(async ({ storage, node }) => {
    const answer = await context.request("GET /nodes/{node}/storage/{storage}/content", {
      ...{ storage, node },
      content: "backup",
      vmid,
    });
    return (answer.data as Row[]).map((row): Row => ({ ...row, node }));
  }));
  context.signal.throwIfAborted();
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length > 0 && failed.length === results.length) throw failed[0]?.reason;
  const read = asked.filter((_, index) => results[index]?.status === "fulfilled");
  context.notes.push(
    `Looked into ${placesText(read) || "no storage"}, now ${
      time(Math.floor(context.clock.now() / 1000))
    }`,
    ...(skipped.length > 0 ? [`Skipped: ${skipped.join("; ")}. What they hold is not listed`] : []),
    ...results.flatMap((result, index) =>
      result.status === "fulfilled" ? [] : [
        `${asked[index]?.storage} on ${asked[index]?.node} could not be read: ${
          errorMessage(result.reason)
        }. What it holds is not listed`,
      ]
    ),
  );
  return {
    rows: results.flatMap((result) => result.status === "fulfilled" ? result.value : [])
      .toSorted(newestFirst),
    read,
    isWhole: isWhole && failed.length === 0,
  };
}

/** Every guest with the newest of its backups: first those without any, then the oldest. */
async function newestOfEach(
  context: ReadContext,
  { rows: backups, isWhole }: Found,
  vmid: number | undefined,
  sight: BackupSight,
): Promise<Row[]> {
  const guests = await context.guests.list(context.signal);
  const names = new Map(guests.map((guest) => [guest.vmid, guest.name]));
  const numbers = new Set([...names.keys(), ...backups.map((row) => Number(row.vmid))]);
  const now = Math.floor(context.clock.now() / 1000);
  const rows = [...numbers].filter((each) => vmid === undefined || each === vmid).map(
    (each): Row => {
      const newest = backups.find((row) => Number(row.vmid) === each);
      const isNone = isWhole && sight.sees(each);
      const age = newest ? now - Number(newest.ctime) : isNone ? undefined : UNKNOWN;
      return { ...newest, vmid: each, name: names.get(each), ...defined({ age }) };
    },
  );
  return rows.toSorted(oldestFirst);
}

/** The backups of a storage or of all, of a guest or of all, newest first. */
export async function findBackups(context: ReadContext, args: Args): Promise<readonly Row[]> {
  const vmid = args.vmid === undefined ? undefined : await numberOf(context, String(args.vmid));
  return (await readBackups(context, await findPlaces(context, args), vmid)).rows;
}

/** Lists every guest with the newest of its backups. */
async function listNewest(
  context: ReadContext,
  found: Found,
  vmid: number | undefined,
  sight: BackupSight,
): Promise<Answer> {
  const rows = await newestOfEach(context, found, vmid, sight);
  const unknown = rows.filter(({ age }) => age === UNKNOWN).length;
  if (found.isWhole && unknown > 0 && unknown === rows.length) throw cannotSee([BACKUPS]);
  const without = rows.filter(({ age }) => age === undefined).length;
  const list = pageOf(rows, context.options, { columns: NEWEST, order: oldestFirst });
  const counts = [
    countText(list),
    ...(without === 0 ? [] : [`${without} without any`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  return { title: `Newest backup of each guest: ${counts.join(", ")}`, list };
}

/** Lists the backups of a storage or of all, of a guest or of all; or the newest of each guest. */
export async function listBackups(context: ReadContext, args: Args): Promise<Answer> {
  const vmid = args.vmid === undefined ? undefined : await numberOf(context, String(args.vmid));
  const places = await findPlaces(context, args);
  const [found, permissions] = await Promise.all([
    readBackups(context, places, vmid),
    ownPermissions(context.request, context.signal),
  ]);
  const storages = found.read.map(({ storage }) => storage);
  const sight = backupSight(permissions, storages);
  const answer = args.newest === true
    ? await listNewest(context, found, vmid, sight)
    : listAll(context, found.rows, storages);
  if (answer.list && answer.list.total > 0 && !sight.sees(vmid)) {
    context.notes.push(`Not every backup is seen: that takes ${takesText([BACKUPS])}`);
  }
  return answer;
}

function listAll(
  context: ReadContext,
  backups: readonly Row[],
  storages: readonly string[],
): Answer {
  const list = pageOf(backups, context.options, { columns: COLUMNS, order: newestFirst });
  const where = listText(storages);
  const title = where === ""
    ? "No storage for backups can be asked"
    : `Backups on ${where}, newest first: ${countText(list)}`;
  return { title, list };
}
