/**
 * What calls need from outside, as interfaces: the cluster, time, files, the audit log, commands in
 * containers. Nothing else reaches the world.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import type { KeyedMutex } from "../base/async/keyed_mutex.ts";
import type { SharedWork } from "../base/async/shared_work.ts";
import type { Config } from "../config/config.ts";
import type { PveClient } from "../pve/client.ts";
import type { GuestDirectory } from "../pve/guest_directory.ts";
import type { TaskWaiter } from "../pve/tasks.ts";
import type { ContainerExec, NodeFiles } from "../ssh/types.ts";
import type { Answer } from "./answer.ts";

/** What a call to one cluster uses, and lives as long as the server; no other cluster has any of it. */
export interface Services {
  /** All clusters of the server by their names, where it has several: for what moves between them. */
  readonly all?: ReadonlyMap<string, Services>;
  readonly config: Config;
  /** Who calls, where callers have rights of their own. */
  readonly caller?: string;
  readonly pve: PveClient;
  readonly guests: GuestDirectory;
  readonly tasks: TaskWaiter;
  readonly clock: Clock;
  /** Keeps the order of changes to one guest, by vmid. */
  readonly guestLocks: KeyedMutex;
  /** Reads that several calls may share, none of whose requests is sent yet. */
  readonly reads: SharedWork<Answer>;
  /** Where elevated calls are written down, when the settings name a file. */
  readonly audit?: AuditLog;
  /** Seals what is to be confirmed, where no person can be asked. */
  readonly seals: Seals;
  /** Files on this machine. */
  readonly files: Files;
  /** Commands in containers; made when first needed. */
  readonly containerExec: () => Promise<ContainerExec>;
  /** Files on nodes, where the API takes none; made when first needed. */
  readonly nodeFiles: () => Promise<NodeFiles>;
}

/** What a file is at a moment: of two that are alike, the content is the same. */
export interface FileState {
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, in hex; or of a large file {@linkcode changed} and {@linkcode identity}. */
  readonly sha256?: string;
  /** Seconds since 1970. */
  readonly changed?: number;
  /** What the file system tells it apart by. */
  readonly identity?: string;
}

/** A file that is being read. */
export interface LocalFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Its stream fails when it is not in this state to its end. */
  readonly state: FileState;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Files of the machine that the server runs on. A path that is not absolute starts at the folder. */
export interface Files {
  /**
   * Opens a file to be read.
   *
   * @throws {ToolError} When it is not there, not a file, or the server may not read it.
   */
  open(path: string): Promise<LocalFile>;
  /**
   * Writes a new file, never over another one, and takes it away again when the bytes end early.
   *
   * @throws {ToolError} When it exists, or the server may not write it.
   */
  save(path: string, bytes: ReadableStream<Uint8Array>): Promise<void>;
}

/** One line of the audit log. */
export interface AuditEntry {
  readonly phase: "before" | "after";
  readonly tool: string;
  readonly action: string;
  /** Its name, where the server has several. */
  readonly cluster?: string;
  /** Guest, node, or nothing. */
  readonly target: string;
  /** Who is logged in for it, where no token may do it. */
  readonly as?: string;
  /** Without secrets. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly result?: "ok" | "failed" | "refused" | "running" | "unknown";
  readonly reason?: string;
  readonly upid?: string;
}

/** Writes audit entries. */
export interface AuditLog {
  /** @throws {ToolError} When the entry cannot be written. */
  write(entry: AuditEntry): Promise<void>;
  /** Lets go of the file. */
  close(): void;
}

/** What a confirmation is of. */
export interface Confirmation {
  /** Who calls: a seal of one caller is none of another's. */
  readonly caller: string;
  readonly cluster: string;
  /** The tool and its arguments, the seal itself left out. */
  readonly call: Readonly<Record<string, unknown>>;
  /** What it rests on, by name: what is sent, what it takes away, and from whom. */
  readonly rests: Readonly<Record<string, unknown>>;
}

/** Why a seal does not confirm a call; of what it rests on, the names of what has changed. */
export type SealProblem =
  | "forged"
  | "expired"
  | "used"
  | "other call"
  | { readonly changed: readonly string[] };

/** Makes and opens seals. */
export interface Seals {
  /** A seal for what is about to be confirmed. */
  seal(confirmation: Confirmation): Promise<string>;
  /** Why a seal does not confirm this, or undefined when it does; it is used up by that. */
  open(seal: string, confirmation: Confirmation): Promise<SealProblem | undefined>;
}
