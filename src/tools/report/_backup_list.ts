/**
 * The backups that there are, by guest.
 *
 * @module
 */
import { some } from "../../base/text/units.ts";
import type { StorageRow } from "../../pve/storage_rows.ts";
import type { Row } from "../../tool/answer.ts";
import { checkStorage, distinct, placeOf, type Readings, type Resources } from "./_readings.ts";

/** A backup of a guest. */
export interface Backup {
  readonly volid: string;
  readonly vmid: number;
  readonly ctime: number;
  readonly place: string;
  readonly storage: string;
  readonly isProtected: boolean;
  /** What verification found; absent where there is none. */
  readonly verified?: string;
}

function backupOf(row: Row, place: StorageRow): Backup {
  const { state } = (row.verification ?? {}) as { readonly state?: string };
  return {
    volid: String(row.volid),
    vmid: Number(row.vmid),
    ctime: Number(row.ctime ?? 0),
    place: placeOf(place),
    storage: place.storage,
    isProtected: Number(row.protected ?? 0) === 1,
    ...(state === undefined ? {} : { verified: state }),
  };
}

/** Where backups are looked for: on a storage, or on all that are for them. */
export function backupPlaces({ storages, online }: Resources, storage: unknown): StorageRow[] {
  if (storage !== undefined) checkStorage(storages, String(storage));
  return distinct(
    storages.filter((row) =>
      row.content.includes("backup") && online.includes(row.node) &&
      (storage === undefined || row.storage === storage)
    ),
  );
}

/** Backups by guest, the newest first. */
export async function backupsByGuest(
  readings: Readings,
  places: readonly StorageRow[],
): Promise<Map<number, Backup[]>> {
  const missing = places.filter(({ available }) => !available).map(placeOf);
  if (missing.length > 0) {
    readings.note(`Not available, so backups there are not seen: ${some(missing)}`);
  }
  const found = await Promise.all(
    places.filter(({ available }) => available).map(async (place) =>
      (await readings.volumes(place, "backup")).map((row) => backupOf(row, place))
    ),
  );
  const byGuest = new Map<number, Backup[]>();
  for (const backup of found.flat()) {
    byGuest.set(backup.vmid, [...byGuest.get(backup.vmid) ?? [], backup]);
  }
  for (const backups of byGuest.values()) backups.sort((one, other) => other.ctime - one.ctime);
  return byGuest;
}
