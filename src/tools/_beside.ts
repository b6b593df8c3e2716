/**
 * What stands beside the guests that a list tells by number alone: their names, their nodes, and
 * which of their disks only those nodes have.
 *
 * @module
 */
import { guestOperation } from "../pve/api.ts";
import { PveError } from "../pve/errors.ts";
import { type Guest, GuestLookupError, nameOf } from "../pve/guests.ts";
import { splitList } from "../pve/split_list.ts";
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import { maybe } from "./_maybe.ts";

type Shape = (data: unknown, args: unknown, context: ReadContext) => Promise<unknown>;

/** Guests whose disks are looked at for one list. */
const MAX_GUESTS = 50;
/** What looking at disks reads. */
export const DISK_READS = [
  "GET /cluster/resources",
  "GET /nodes/{node}/{type}/{vmid}/config",
] as const;

/** Guests by number; none where the token may not list them. */
async function guestsByNumber(context: ReadContext): Promise<ReadonlyMap<string, Guest>> {
  try {
    const guests = await context.guests.list(context.signal);
    return new Map(guests.map((guest) => [String(guest.vmid), guest]));
  } catch (error) {
    if (error instanceof PveError || error instanceof GuestLookupError) return new Map();
    throw error;
  }
}

/** The number in `100`, `vm:100` or `ct:100`. */
function numberIn(word: string): string {
  return word.replace(/^(?:vm|ct):/, "");
}

/** Changes all rows of a list, or the one object that an answer is. */
function eachRow(data: unknown, change: (row: Row) => Row): unknown {
  if (Array.isArray(data)) return (data as Row[]).map(change);
  return typeof data === "object" && data !== null ? change(data as Row) : data;
}

/** Adds `name` and `node` of the guest that a field tells by its number; what is there stays. */
export function withGuest(field: string): Shape {
  return async (data, _args, context) => {
    const guests = await guestsByNumber(context);
    return eachRow(data, (row) => {
      const guest = guests.get(numberIn(String(row[field] ?? "")));
      return guest ? { name: guest.name, node: guest.node, ...row } : row;
    });
  };
}

/** Adds `guests`: names and nodes of all that a field tells by their numbers. */
export function withGuests(field: string): Shape {
  return async (data, _args, context) => {
    const known = await guestsByNumber(context);
    return eachRow(data, (row) => {
      const guests = splitList(row[field]).map(numberIn).flatMap((each) => known.get(each) ?? []);
      if (guests.length === 0) return row;
      return { ...row, guests: guests.map((each) => `${nameOf(each)} on ${each.node}`).join(", ") };
    });
  };
}

/** Storages that are the same on all their nodes. */
async function sharedStorages(context: ReadContext): Promise<ReadonlySet<string>> {
  const { data } = await context.request("GET /cluster/resources", { type: "storage" });
  return new Set(
    (data as Row[]).filter(({ shared }) => Number(shared) === 1).map(({ storage }) =>
      String(storage)
    ),
  );
}

const DISK = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/;

/** `scsi0 on local-lvm`, for each disk on a storage that is not shared. */
function disksNotShared(config: Row, shared: ReadonlySet<string>): string[] {
  return Object.entries(config).sort().flatMap(([key, value]) => {
    const [storage, ...volume] = (String(value).split(",")[0] ?? "").split(":");
    const isDisk = DISK.test(key) && volume.length > 0 && !/media=cdrom/.test(String(value));
    return isDisk && !shared.has(storage ?? "") ? [`${key} on ${storage}`] : [];
  });
}

/** Disks that only the guests' nodes have, by number; guests without such are left out. */
export async function localDisks(
  context: ReadContext,
  guests: readonly Guest[],
): Promise<ReadonlyMap<string, string>> {
  if (guests.length === 0) return new Map();
  if (guests.length > MAX_GUESTS) {
    context.notes.push(`Of ${guests.length} guests, the disks of ${MAX_GUESTS} were looked at`);
  }
  const shared = await sharedStorages(context);
  const found = await Promise.all(
    guests.slice(0, MAX_GUESTS).map(async (guest) => {
      const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", guest.type);
      const { node, vmid } = guest;
      const config = await maybe(context, operation, { node, vmid }) ?? {};
      return [String(vmid), disksNotShared(config, shared).join(", ")] as const;
    }),
  );
  return new Map(found.filter(([, disks]) => disks !== ""));
}

/** Adds name, node and `local_disks` of the guests of HA resources. */
export const withGuestAndDisks: Shape = async (data, args, context) => {
  const named = await withGuest("sid")(data, args, context);
  const guests = await guestsByNumber(context);
  const rows = (Array.isArray(named) ? named : [named]) as Row[];
  const ours = rows.flatMap(({ sid }) => guests.get(numberIn(String(sid))) ?? []);
  const disks = await localDisks(context, ours);
  return eachRow(named, (row) => {
    const local = disks.get(numberIn(String(row.sid)));
    return local === undefined ? row : { ...row, local_disks: local };
  });
};

/** What HA cannot do for a guest whose disks only its node has. */
export async function localDiskNotes(context: ReadContext, sid: unknown): Promise<string[]> {
  const guest = (await guestsByNumber(context)).get(numberIn(String(sid)));
  const disks = guest && (await localDisks(context, [guest])).get(String(guest.vmid));
  if (guest === undefined || disks === undefined) return [];
  return [
    `Not shared: ${disks}. If ${guest.node} fails, HA can start ${
      nameOf(guest)
    } elsewhere only from a replica (proxmox_cluster_replication_job)`,
  ];
}
