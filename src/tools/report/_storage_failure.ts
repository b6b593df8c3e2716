/**
 * What becomes of the guests when a storage fails: those that run on it, and what else lies there.
 *
 * @module
 */
import { counted, some } from "../../base/text/units.ts";
import type { Row } from "../../tool/answer.ts";
import {
  checkStorage,
  distinct,
  type GuestRow,
  type Readings,
  type Resources,
  type Sees,
} from "./_readings.ts";
import { type Report } from "./_report.ts";

/** A volume that a guest has on the storage. */
interface Held {
  readonly guest: GuestRow | undefined;
  readonly volume: Row;
}

/** The report on a storage that fails. */
export async function storageFailure(
  readings: Readings,
  { storages, guests }: Resources,
  storage: string,
  sees: Sees,
): Promise<Report> {
  const places = distinct(storages.filter((row) => row.storage === storage));
  checkStorage(storages, storage);
  const volumes = (await Promise.all(
    places.filter(({ available }) => available).map((place) => readings.volumes(place)),
  )).flat();
  const byNumber = new Map(guests.map((guest) => [guest.vmid, guest]));
  const held: Held[] = volumes.map((volume) => ({
    guest: byNumber.get(Number(volume.vmid)),
    volume,
  }));
  const disks = held.filter(({ volume }) => /^(images|rootdir)$/.test(String(volume.content)));
  const affected = new Map<GuestRow, string[]>();
  for (const { guest, volume } of disks) {
    if (guest) affected.set(guest, [...affected.get(guest) ?? [], String(volume.volid)]);
  }
  const rows = [...affected].sort(([one], [other]) =>
    Number(other.status === "running") - Number(one.status === "running") || one.vmid - other.vmid
  ).map(([{ name, vmid, node, status, hastate }, volids]) => ({
    guest: `${name} (${vmid})`,
    node,
    status,
    ha: hastate ? "does not help" : "no",
    volumes: some(volids, 2),
  }));
  const running = rows.filter(({ status }) => status === "running").length;
  const backups = held.filter(({ volume }) => volume.content === "backup");
  const covered = new Set(backups.map(({ volume }) => Number(volume.vmid)));
  const isWhole = sees("VM.Audit", "Datastore.Allocate") &&
    places.every(({ available }) => available);
  const seen = isWhole ? "" : " that can be seen";
  const shared = places.some((place) => place.shared);
  return {
    title: `If ${storage} fails, ${counted(running, "running guest")} of ${
      counted(rows.length, "guest")
    }${seen} on it lose${running === 1 ? "s" : ""} a disk`,
    facts: {
      reach: shared ? "shared: HA cannot help, no node has it then" : "local to each node",
      "backups lost": backups.length === 0
        ? `none${seen}`
        : `${counted(backups.length, "backup")}${seen}, of ${counted(covered.size, "guest")}`,
      "images and templates lost": `${
        held.filter(({ volume }) => /^(iso|vztmpl|snippets|import)$/.test(String(volume.content)))
          .length
      }${seen}`,
    },
    columns: ["guest", "node", "status", "ha", "volumes"],
    rows,
    unseen: readings.unseen(),
    next: [
      "proxmox_report action=backups — whether each of them has a backup elsewhere",
      "proxmox_guest_disk_move vmid=… storage=… — move the most important ones to another storage",
    ],
  };
}
