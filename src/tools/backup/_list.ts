/**
 * Backups on all storages, newest first.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import type { Args } from "../../pve/encode.ts";
import { isNumber } from "../../pve/guests.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { countText, pageOf } from "../../answer/list.ts";
import { type Place, type StorageRow, storageRows } from "./_archive.ts";

const COLUMNS = ["volid", "vmid", "ctime", "size", "protected", "notes", "node"];

function listText(names: Iterable<string>): string {
  return [...new Set(names)].join(", ");
}

/** What is asked once: a shared storage on one of its nodes, others on each. */
function keyOf({ storage, node, shared }: StorageRow): string {
  return shared ? storage : `${node}/${storage}`;
}

/** The storages that a call means; each can be asked, or a note says that it cannot. */
async function findPlaces(context: ReadContext, { storage, node }: Args): Promise<Place[]> {
  const all = (await storageRows(context)).filter(({ content }) => content.includes("backup"));
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
        }`,
      },
    );
  }
  const asked = new Map<string, Place>();
  for (const row of meant.filter(({ available }) => available)) {
    if (!asked.has(keyOf(row))) asked.set(keyOf(row), { storage: row.storage, node: row.node });
  }
  const left = meant.filter((row) => !asked.has(keyOf(row)));
  for (const row of left) {
    context.notes.push(
      `${row.storage} is not available on ${row.node}: what it holds is not listed`,
    );
  }
  return [...asked.values()];
}

/** The number of a guest by number or name; a backup may outlive its guest. */
async function numberOf(context: ReadContext, guest: string): Promise<number> {
  return isNumber(guest)
    ? Number(guest)
    : (await context.guests.find(guest, undefined, context.signal)).vmid;
}

/** What could be read; a storage that could not is a note, unless none could. */
function rowsRead(
  context: ReadContext,
  places: readonly Place[],
  results: readonly PromiseSettledResult<readonly Row[]>[],
): readonly Row[] {
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length > 0 && failed.length === results.length) throw failed[0]?.reason;
  results.forEach((result, index) => {
    if (result.status === "fulfilled") return;
    const place = places[index];
    const { reason } = result;
    const why = errorMessage(reason);
    context.notes.push(`${place?.storage} on ${place?.node} could not be read: ${why}`);
  });
  return results.flatMap((result) => result.status === "fulfilled" ? result.value : []);
}

/** Lists the backups of a storage or of all, of a guest or of all. */
export async function listBackups(context: ReadContext, args: Args): Promise<Answer> {
  const vmid = args.vmid === undefined ? undefined : await numberOf(context, String(args.vmid));
  const places = await findPlaces(context, args);
  const results = await Promise.allSettled(places.map(async (place) => {
    const answer = await context.request("GET /nodes/{node}/storage/{storage}/content", {
      ...place,
      content: "backup",
      vmid,
    });
    return (answer.data as Row[]).map((row): Row => ({ ...row, node: place.node }));
  }));
  context.signal.throwIfAborted();
  const rows = rowsRead(context, places, results);
  const newest = rows.toSorted((one: Row, other: Row) => Number(other.ctime) - Number(one.ctime));
  const list = pageOf(newest, context.options, { columns: COLUMNS });
  const where = listText(places.map((place) => place.storage));
  const title = where === ""
    ? "No storage for backups can be asked"
    : `Backups on ${where}, newest first: ${countText(list)}`;
  return { title, list };
}
