/**
 * The interface of container exec for the rest of the program; loading it loads no SSH code.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { KIB } from "../base/byte_units.ts";

/** One shell command for one container. */
export interface ExecRequest {
  /** The node that the container is on, as the API says. */
  readonly node: string;
  readonly vmid: number;
  /** Given to `/bin/sh -c` in the container as it is; every character but NUL is allowed. */
  readonly command: string;
  /** Given to the command on its standard input, which is empty without it. */
  readonly stdin?: string | undefined;
  /** Whole seconds the command may run, 1 to {@linkcode MAX_TIMEOUT_SECONDS}. */
  readonly timeoutSeconds: number;
  /** Ends the command in the container too; `run` then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** The longest time a command may run: a day. */
export const MAX_TIMEOUT_SECONDS = 86_400;

/** What a command wrote: all of it, or its head and its tail with a line between them. */
export interface Output {
  readonly text: string;
  /** Bytes left out between head and tail; 0 when `text` is everything. */
  readonly droppedBytes: number;
}

/** How a command ended. A command that failed is a result, not an error. */
export interface ExecResult {
  /** The command's exit status, 128 + n after signal n; null when it timed out or has `signal`. */
  readonly exitCode: number | null;
  /** Name of the signal, as in `SIGKILL`, that ended `pct` itself on the node. */
  readonly signal?: string;
  /** Whether the command was ended because its time was up. */
  readonly timedOut: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  /** The `host:port` that the command went through. */
  readonly host: string;
}

/** Runs commands in containers. */
export interface ContainerExec {
  /**
   * Runs a command and waits for its end.
   *
   * @throws {SshError} when the command could not be run, or its end is unknown.
   */
  run(request: ExecRequest): Promise<ExecResult>;
  /** Closes all connections, which ends commands that still run. */
  close(): Promise<void>;
}

/** The most bytes of a file: text that cloud-init reads, or a script. */
export const MAX_FILE_BYTES = 256 * KIB;

/** Names without a path, that no shell, program or file system takes for anything else. */
export const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/** A file to be written on a node. */
export interface FileRequest {
  readonly node: string;
  /** An absolute path. */
  readonly folder: string;
  /** Without a path. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** A file of that name is replaced; without it, the call fails when there is one. */
  readonly replaces: boolean;
  readonly executable: boolean;
  readonly signal: AbortSignal;
}

/** Writes files on nodes. */
export interface NodeFiles {
  /**
   * Writes a whole file, or nothing.
   *
   * @throws {SshError} when it was not written, or nobody knows.
   */
  write(request: FileRequest): Promise<void>;
}

/** Where a node's SSH server listens. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

/** What is needed to reach the nodes. */
export interface SshOptions {
  /** The nodes that can be reached, by name. */
  readonly nodes: ReadonlyMap<string, SshAddress>;
  readonly user: string;
  /** Private key file, of OpenSSH or PEM form. */
  readonly keyPath?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Socket of an ssh-agent; taken when there is no `keyPath`. */
  readonly agentSocket?: string | undefined;
  /** Fingerprints of the host keys in any usual notation, separated by commas. */
  readonly hostKeyFingerprint?: string | undefined;
  readonly knownHostsPath?: string | undefined;
  readonly clock: Clock;
}

/** Why a command could not be run. */
export type SshErrorKind =
  /** The request itself: NUL in the command, too long, bad vmid or timeout. */
  | "request"
  /** A setting is missing or does not make sense. */
  | "settings"
  | "key-missing"
  | "key-unreadable"
  | "key-permissions"
  | "key-passphrase"
  | "key-format"
  | "agent"
  /** The node has no SSH address. */
  | "unknown-node"
  | "unresolved"
  | "refused"
  | "unreachable"
  /** What answers on the port does not speak an SSH that fits. */
  | "protocol"
  | "known-hosts"
  | "host-key-unknown"
  | "host-key-changed"
  | "auth"
  /** The connection broke before the command was sent. */
  | "lost-before"
  /** The connection broke after the command was sent: it may have run. */
  | "lost-after"
  /** The server lets this key log in, but not run the command. */
  | "exec-refused"
  | "no-pct"
  /** The node did not write the file. */
  | "file"
  | "privileges"
  | "no-container"
  | "other-node"
  | "is-vm"
  | "not-running";

/** A command that could not be run: what happened, and in `hint` what to do next. */
export class SshError extends Error {
  override readonly name = "SshError";

  constructor(
    readonly kind: SshErrorKind,
    message: string,
    /** One or two sentences for the user. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
