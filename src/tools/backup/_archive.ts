/**
 * Names of backup archives, and where they are.
 *
 * @module
 */
import { orderBy } from "../../answer/order.ts";
import { storageOf, type StorageRow } from "../../pve/storage_rows.ts";
import type { Row } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";

/** The guest type that an archive's name tells; undefined when it tells none. */
export function typeOfArchive(archive: string): "vm" | "lxc" | undefined {
  // vzdump-qemu-100-…, and backup/vm/100/… of a Proxmox Backup Server
  const word = /(?:vzdump-(qemu|lxc)-|backup\/(vm|ct)\/)/.exec(archive);
  const name = word?.[1] ?? word?.[2];
  if (name === undefined) return undefined;
  return name === "qemu" || name === "vm" ? "vm" : "lxc";
}

/** A storage on a node. */
export interface Place {
  readonly storage: string;
  readonly node: string;
}

/** The storages of all nodes, by node and name. */
export async function storageRows(context: ReadContext): Promise<StorageRow[]> {
  const { data } = await context.request("GET /cluster/resources", { type: "storage" });
  return (data as Row[]).toSorted(orderBy("node", "storage")).map(storageOf);
}
