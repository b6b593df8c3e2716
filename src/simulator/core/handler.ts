/**
 * What a part of the embedded Proxmox VE brings along: handlers of its operations, and what is there
 * from the start.
 *
 * @module
 */
import { isOperation, type Operation } from "../../pve/api.ts";
import type { Call } from "./call.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Answers one operation: the `data` of the answer, or {@linkcode Attributed} data, or a
 * {@linkcode Download}; or throws an `ApiError`.
 */
export type Handler = (cluster: Cluster, call: Call) => unknown;

export type Handlers = Partial<Record<Operation, Handler>>;

/** Fills the tables of a new cluster. */
export type Seed = (cluster: Cluster) => void;

/** An answer with attributes beside its `data`: logs and cut lists state their `total`. */
export class Attributed {
  constructor(readonly data: unknown, readonly attributes: Readonly<Record<string, unknown>>) {}
}

/** An answer of bytes in place of JSON: a file that is downloaded. */
export class Download {
  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    readonly contentType: string,
    readonly filename: string,
  ) {}
}

/** Those of the handlers whose name, put together from parts of a path, is an operation of PVE. */
export function knownOperations(all: Readonly<Record<string, Handler>>): Handlers {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isOperation(name)));
}
