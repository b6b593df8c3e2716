/**
 * Runs command lines over one SSH connection, each in a session of its own, and says of one that
 * was lost whether it may have run.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { MIB } from "../base/byte_units.ts";
import type { SessionEnd } from "./report.ts";
import type { Channel, Client, ClientError } from "./ssh2_types.d.ts";
import { SshError } from "./types.ts";
import { concat } from "./wire.ts";

/** One command line to run. */
export interface SessionRequest {
  readonly line: string;
  readonly input: Uint8Array;
  readonly signal: AbortSignal;
  /** Milliseconds after which the session is taken for lost. */
  readonly timeoutMs: number;
}

/** What an OpenSSH server allows as it comes is 10 (MaxSessions). */
const MAX_SESSIONS = 8;
/** More than the supervisor ever sends; the rest of a longer stream is not kept. */
const MAX_BYTES = MIB;
/** How long a cancelled command may take to end; the supervisor kills it after 5 s. */
const CANCEL_MS = 8_000;
/** How long a server may take to end a connection. */
const CLOSE_MS = 2_000;

/** Collects a stream's bytes, up to a bound. */
class Collector {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  add(data: Uint8Array): void {
    if (this.#size > MAX_BYTES) return;
    this.#chunks.push(data);
    this.#size += data.length;
  }

  bytes(): Uint8Array {
    return concat(...this.#chunks);
  }
}

/** Resolves when both streams have ended and the channel is closed. */
function endOf(channel: Channel): Promise<SessionEnd> {
  return new Promise((resolve) => {
    const [stdout, stderr] = [new Collector(), new Collector()];
    let [status, signal]: [number | undefined, string | undefined] = [undefined, undefined];
    let open = 2;
    const onClosed = (): void => {
      if (--open > 0) return;
      resolve({ stdout: stdout.bytes(), stderr: stderr.bytes(), status, signal });
    };
    channel.on("data", (data) => stdout.add(data));
    channel.stderr.on("data", (data) => stderr.add(data));
    channel.on("exit", (code, name) => [status, signal] = [code ?? undefined, name]);
    channel.on("close", onClosed);
    channel.stderr.on("close", onClosed);
    // Writing to a command that has ended is no error: the end itself says all.
    channel.on("error", () => {});
  });
}

/** A session that was started. */
interface Session {
  readonly channel: Channel;
  readonly ended: Promise<SessionEnd>;
}

/** A connection; made by `Connector`. */
export class Connection {
  /** Sessions that run. */
  active = 0;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #closed: Promise<void>;
  #open = true;

  constructor(client: Client, readonly host: string, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#closed = new Promise((resolve) =>
      client.on("close", () => {
        this.#open = false;
        resolve();
      })
    );
  }

  /** Whether it can take a further session. */
  get free(): boolean {
    return this.#open && this.active < MAX_SESSIONS;
  }

  /** Whether it stands. */
  get open(): boolean {
    return this.#open;
  }

  /** Ends the connection, and with it what runs on it. */
  async close(): Promise<void> {
    this.#open = false;
    this.#client.end();
    const waiting = new AbortController();
    const timeout = this.#clock.sleep(CLOSE_MS, waiting.signal).catch(() => {});
    await Promise.race([this.#closed, timeout]);
    waiting.abort();
    this.#client.destroy();
  }

  /**
   * Runs a command line. An aborted signal ends its input, and with it the command; the promise
   * then rejects with the signal's reason when the command has ended.
   *
   * @throws {SshError} of kind `lost-before` when the line was not sent, so that it can be sent
   * again; `lost-after` when it may have been run.
   */
  async run({ line, input, signal, timeoutMs }: SessionRequest): Promise<SessionEnd> {
    signal.throwIfAborted();
    const { channel, ended } = await this.#start(line);
    const done = new AbortController();
    const sleep = (ms: number): Promise<undefined> =>
      this.#clock.sleep(ms, done.signal).then(() => undefined, () => undefined);
    const cancelled = new Promise<undefined>((resolve) => {
      const cancel = (): void => {
        channel.end();
        resolve(sleep(CANCEL_MS));
      };
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel, { signal: done.signal });
    });
    if (input.length > 0) channel.write(input);
    const end = await Promise.race([ended, sleep(timeoutMs), cancelled]);
    done.abort();
    if (!end) channel.close();
    signal.throwIfAborted();
    if (end?.status === undefined && end?.signal === undefined) throw this.#lost(end === undefined);
    return end;
  }

  #start(line: string): Promise<Session> {
    return new Promise((resolve, reject) => {
      try {
        this.#client.exec(line, (error, channel) => {
          if (error) reject(this.#startError(error));
          // The first events can follow at once, so that listeners must be there now.
          else resolve({ channel, ended: endOf(channel) });
        });
      } catch (error) {
        this.#open = false;
        reject(this.#startError(error as ClientError));
      }
    });
  }

  #startError(error: ClientError): SshError {
    const unanswered = error.message === "Unable to exec" && !this.#open;
    if (unanswered) return this.#lost(false);
    if (error.message === "Unable to exec" || error.reason !== undefined) {
      return new SshError(
        "exec-refused",
        `The SSH server "${this.host}" does not run commands for this login: ${error.message}`,
        "Check the options before the key in authorized_keys, and MaxSessions and ForceCommand in the server's sshd_config",
      );
    }
    return new SshError(
      "lost-before",
      `The connection to the SSH server "${this.host}" was lost; the command was not sent`,
      "Try again",
      { cause: error },
    );
  }

  #lost(silent: boolean): SshError {
    return new SshError(
      "lost-after",
      silent
        ? `The SSH server "${this.host}" did not say how the command ended; it may have run`
        : `The connection to the SSH server "${this.host}" was lost while the command ran; it may have done some or all of its work`,
      "Look at what it did before running it again. The node ends it when it notices the loss, at the latest at its timeout",
    );
  }
}
