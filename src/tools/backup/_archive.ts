/**
 * Names of backup archives, and where they are.
 *
 * @module
 */
import type { Row } from "../../tool/answer.ts";
import type { CallContext } from "../../tool/context.ts";

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

/** Storages as the cluster has them, on nodes where they are available. */
export async function placesOf(
  context: CallContext,
  fits: (row: Row) => boolean,
): Promise<Place[]> {
  const answer = await context.request("GET /cluster/resources", { type: "storage" });
  return (answer.data as Row[])
    .filter((row) => row.status === "available" && fits(row))
    .map(({ storage, node }) => ({ storage: String(storage), node: String(node) }))
    .sort((one, other) =>
      one.node.localeCompare(other.node) || one.storage.localeCompare(other.storage)
    );
}
