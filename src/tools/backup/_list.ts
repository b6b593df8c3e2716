/**
 * Backups on all storages, newest first.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { CallContext } from "../../tool/context.ts";
import { pageOf } from "../../tool/list.ts";
import { type Place, placesOf } from "./_archive.ts";

const COLUMNS = ["volid", "vmid", "ctime", "size", "protected", "notes", "node"];

/** A storage of all nodes is asked once, one of a single node on that node. */
function distinct(places: readonly (Place & { readonly shared: boolean })[]): Place[] {
  const seen = new Set<string>();
  return places.flatMap(({ storage, node, shared }) => {
    const key = shared ? storage : `${node}/${storage}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ storage, node }];
  });
}

async function findPlaces(context: CallContext, { storage, node }: Args): Promise<Place[]> {
  const shared = new Set<string>();
  const places = await placesOf(context, (row) => {
    if (Number(row.shared ?? 0) === 1) shared.add(String(row.storage));
    return String(row.content ?? "").split(",").includes("backup") &&
      (storage === undefined || row.storage === storage) &&
      (node === undefined || row.node === node);
  });
  return distinct(places.map((place) => ({ ...place, shared: shared.has(place.storage) })));
}

/** The number of a guest by number or name; a backup may outlive its guest. */
async function numberOf(context: CallContext, guest: string): Promise<number> {
  return /^\d+$/.test(guest) ? Number(guest) : (await context.guests.find(guest)).vmid;
}

/** What could be read; a storage that could not is a note, unless none could. */
function rowsRead(
  context: CallContext,
  places: readonly Place[],
  results: readonly PromiseSettledResult<readonly Row[]>[],
): readonly Row[] {
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length > 0 && failed.length === results.length) throw failed[0]?.reason;
  results.forEach((result, index) => {
    if (result.status === "fulfilled") return;
    const place = places[index];
    const { reason } = result;
    const words = reason instanceof Error ? reason.message : String(reason);
    context.notes.push(`${place?.storage} on ${place?.node} could not be read: ${words}`);
  });
  return results.flatMap((result) => result.status === "fulfilled" ? result.value : []);
}

/** Lists the backups of a storage or of all, of a guest or of all. */
export async function listBackups(context: CallContext, args: Args): Promise<Answer> {
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
  const list = pageOf(newest, context.view, COLUMNS);
  const where = [...new Set(places.map((place) => place.storage))].join(", ");
  return { title: `Backups on ${where || "no storage"}, newest first: ${list.total}`, list };
}
