/**
 * Names of backup archives, and where they are.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
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

/** A storage on a node as the cluster has it. */
export interface StorageRow extends Place {
  /** Kinds of volumes that it takes. */
  readonly content: readonly string[];
  readonly available: boolean;
  /** It is the same on all its nodes. */
  readonly shared: boolean;
}

/** The storages of all nodes, by node and name. */
export async function storageRows(context: ReadContext): Promise<StorageRow[]> {
  const answer = await context.request("GET /cluster/resources", { type: "storage" });
  return (answer.data as Row[])
    .map((row) => ({
      storage: String(row.storage),
      node: String(row.node),
      content: splitList(row.content),
      available: row.status === "available",
      shared: Number(row.shared ?? 0) === 1,
    }))
    .sort((one, other) =>
      one.node.localeCompare(other.node) || one.storage.localeCompare(other.storage)
    );
}
