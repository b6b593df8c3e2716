/**
 * The storages of the nodes, as the cluster lists them.
 *
 * @module
 */
import { splitList } from "./split_list.ts";
import type { StorageKind } from "./ties.ts";

/** A storage on a node. */
export interface StorageRow {
  readonly storage: string;
  readonly node: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly available: boolean;
  readonly shared: boolean;
  readonly used: number;
  readonly total: number;
}

/** A storage of a row of `GET /cluster/resources`. */
export function storageOf(row: Readonly<Record<string, unknown>>): StorageRow {
  return {
    storage: String(row.storage),
    node: String(row.node),
    type: String(row.plugintype ?? ""),
    content: splitList(row.content),
    available: row.status === "available",
    shared: Number(row.shared ?? 0) === 1,
    used: Number(row.disk ?? 0),
    total: Number(row.maxdisk ?? 0),
  };
}

/** What decides of the storages as a node has them: their definition is that of all nodes. */
export function kindsOn(
  storages: readonly StorageRow[],
  node: string,
): ReadonlyMap<string, StorageKind> {
  return new Map(
    storages.toSorted((one, other) => Number(one.node === node) - Number(other.node === node))
      .map((row) => [row.storage, row] as const),
  );
}

/** True when the node has it, and it can be used there; so is what nobody can see. */
export function hasStorage(
  storages: readonly StorageRow[],
  storage: string,
  node: string,
): boolean {
  const rows = storages.filter((row) => row.storage === storage);
  return rows.length === 0 || rows.some((row) => row.node === node && row.available);
}

/** That a node lacks a storage, or cannot use it now: `pve2 has no fast`. */
export function lackText(
  storages: readonly StorageRow[],
  storage: string,
  node: string,
): string {
  return storages.some((row) => row.storage === storage && row.node === node)
    ? `${storage} is not available on ${node}`
    : `${node} has no ${storage}`;
}
