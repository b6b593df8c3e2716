/**
 * What the parts of the embedded Proxmox VE share: a call as a handler sees it, how a handler
 * refuses, and the cluster that it reads and changes.
 *
 * @module
 */
import type { Operation } from "../../pve/api.ts";
import type { Release } from "../release8.ts";
import type { EntryOf } from "./tables.ts";

/** A parameter after verification: integers and numbers are numbers, booleans are booleans. */
export type ParamValue = string | number | boolean | readonly string[];

/** A verified and permitted request. */
export interface Call {
  readonly operation: Operation;
  /** Values of the path's placeholders, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** All other parameters, typed as the facts say. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Who asks: `root@pam` or `root@pam!mcp`. */
  readonly user: string;
  /** The HA manager itself asks: what it manages is not handed on to it. */
  readonly byHa?: boolean;
  /** Size of the file of an upload. */
  readonly fileBytes?: number;
}

/** Refusal of a request, worded as PVE words it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    message: string,
    readonly errors?: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/** One entry of a collection: whatever PVE keeps of it. */
export type Entry = Record<string, unknown>;

/** A file on a storage. */
export interface StoredFile {
  readonly volid: string;
  readonly content: "iso" | "vztmpl" | "import";
  readonly format: string;
  /** Bytes. */
  readonly size: number;
}

/** What a task does: its log, its length and its effect. */
export interface TaskPlan {
  readonly node: string;
  /** PVE's worker type: `qmstart`, `vzdump`, `imgcopy`… */
  readonly type: string;
  /** What it works on, often a vmid; may be empty. */
  readonly id: string;
  readonly user: string;
  /** Simulated length in milliseconds. */
  readonly ms: number;
  /** Lines of the log, spread over the length; the closing `TASK …` line is added. */
  readonly log?: readonly string[];
  /**
   * Takes effect when the task ends, and may add lines to the log; throwing makes the task fail
   * with that message.
   */
  readonly finish?: () => void | readonly string[];
  /** Undoes what was done at the start, a lock for instance, when the task fails or is stopped. */
  readonly undo?: () => void;
  /** Number of warnings it ends with. */
  readonly warnings?: number;
}

/** The cluster as handlers of simple collections see it. */
export interface ClusterView {
  /** Seconds since 1970, by the simulator's clock. */
  now(): number;
  /** Reproducible, 0 to 1. */
  readonly random: () => number;
  /** Which Proxmox VE it is. */
  readonly release: Release;
  /** Names of all nodes. */
  nodeNames(): string[];
  /** A named collection, made when first asked for; keys as PVE has them. See tables.ts. */
  table<Name extends string>(name: Name): Map<string, EntryOf<Name>>;
  /** Starts a task and answers its UPID. */
  startTask(plan: TaskPlan): string;
  /** Does something some simulated milliseconds later, as PVE's daemons do between two calls. */
  later(ms: number, work: () => void): void;
  /** A guest by number, as `/cluster/resources` shows it, or undefined. */
  guest(vmid: number): Entry | undefined;
  /** The configuration of a guest without its digest, or undefined. */
  guestConfig(vmid: number): Entry | undefined;
  /** Numbers of all guests, ascending. */
  vmids(): Iterable<number>;
  /** True when a node is up and can be reached. */
  isOnline(node: string): boolean;
  /** Puts a file on a storage of a node: a downloaded template, an image. */
  addFile(node: string, file: StoredFile): void;
  /** Answers another operation within this one, without verification and permission. */
  invoke(call: Call): unknown;
}

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

/**
 * Answers one operation: the `data` of the answer, or {@linkcode Attributed} data, or a
 * {@linkcode Download}; or throws an {@linkcode ApiError}.
 */
export type Handler = (cluster: ClusterView, call: Call) => unknown;
/** Handlers by operation. */
export type Handlers = Partial<Record<Operation, Handler>>;
/** Fills the collections of a new cluster. */
export type Seed = (cluster: ClusterView) => void;
