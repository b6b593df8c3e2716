/**
 * Waits for tasks: polls the node that runs one, reports its log while it runs, and tells how it
 * ended.
 *
 * @module
 */
import { pollUntil } from "../base/async/backoff.ts";
import type { Clock } from "../base/async/clock.ts";
import { ShutdownError } from "../base/process/shutdown.ts";
import { log } from "../base/process/log.ts";
import { observed } from "../base/process/observe.ts";
import { errorMessage } from "../base/text/error_message.ts";
import type { PveClient, RequestOptions } from "./client.ts";
import { NotPveError, PveError, PveTimeoutError } from "./errors.ts";
import { TransportError } from "./transport/transport.ts";
import { parseUpid, type Upid } from "./upid.ts";

/** How a task stands, or how it ended. */
export interface TaskResult {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly state: "ok" | "warnings" | "failed" | "running";
  /** PVE's exit status; absent while it runs. */
  readonly exitstatus?: string;
  /** Seconds that were waited for it. */
  readonly waited: number;
  /** Last lines of its log. */
  readonly log: readonly string[];
}

/** Hears how far a task is: its last log line, and per cent where the log has any. */
export type TaskProgress = (line: string, percent: number | undefined) => void;

/** How to wait. */
export interface WaitOptions {
  /** Seconds to wait; 0 looks once. */
  readonly seconds: number;
  readonly request: RequestOptions & { readonly signal: AbortSignal };
  readonly onProgress?: TaskProgress;
}

/** A task was started, and how it stands cannot be read. */
export class TaskUnreadError extends Error {
  override readonly name = "TaskUnreadError";

  constructor(readonly task: Upid, override readonly cause: Error) {
    super(`How the task ${task.upid} stands cannot be read: ${cause.message}`);
  }

  /** True when asking again tells nothing more: its node does not know it, or not how it ended. */
  get isLost(): boolean {
    const { cause } = this;
    if (cause instanceof TaskStateError) return cause.isOver;
    return cause instanceof PveError && (cause.status === 404 || cause.errors.upid !== undefined);
  }
}

/** What came for the state of a task is none. */
class TaskStateError extends Error {
  override readonly name = "TaskStateError";

  constructor(readonly isOver: boolean) {
    super(
      isOver ? "It is over, and Proxmox VE does not tell how it ended" : "Proxmox VE tells none",
    );
  }
}

/** True for what may be over when asked again: a connection, a proxy, a node that starts again. */
function mayPass(error: Error): boolean {
  return error instanceof PveError
    ? [502, 503, 504].includes(error.status) || error.status >= 595
    : error instanceof TransportError || error instanceof PveTimeoutError ||
      error instanceof NotPveError;
}

/** Seconds for a log, which only adds to how a task stands. */
const LOG_SECONDS = 10;
const FAILED_LINES = 20;
const OK_LINES = 5;
/** Lines read for each that is shown of a tail: much of a log may be progress. */
export const READ_FOR_ONE = 10;

interface StatusRow {
  readonly status?: unknown;
  readonly exitstatus?: unknown;
}

function isOver(status: StatusRow | undefined): boolean {
  return status?.status === "stopped";
}

/** The text of a row of a log; undefined when it is none, whatever else it is. */
function lineOf(row: unknown): string | undefined {
  const text = (row as { readonly t?: unknown } | null)?.t;
  return typeof text === "string" ? text : undefined;
}

/** Per cent in a log line: `transferred 1.2 GiB of 4.0 GiB (30.00%)`, `INFO:  12% (…)`. */
export function percentOf(line: string): number | undefined {
  const match = /(?:^|[\s(])(\d{1,3}(?:\.\d+)?)\s?%/.exec(line);
  const percent = Number(match?.[1]);
  return match && percent <= 100 ? percent : undefined;
}

/** True for a line of progress that the next one overtakes. */
export function isOvertaken(lines: readonly string[], index: number): boolean {
  const isProgress = (line = ""): boolean => percentOf(line) !== undefined;
  return isProgress(lines[index]) && isProgress(lines[index + 1]);
}

/** Reads and waits for tasks of one cluster. */
export class TaskWaiter {
  constructor(private readonly pve: PveClient, private readonly clock: Clock) {}

  /**
   * Waits until the task ends or the time is over; then tells how it stands. When this server ends
   * meanwhile, or the time of the whole call is over, the task goes on, and the answer still has to
   * name it.
   *
   * @throws {TypeError} When the text is not a UPID.
   * @throws {TaskUnreadError} When PVE does not tell how it stands, up to the end of the time, or
   * does not know the task.
   * @throws The signal's reason, when it is aborted by another than the end; the task goes on.
   */
  async wait(upid: string, options: WaitOptions): Promise<TaskResult> {
    const task = parseUpid(upid);
    if (!task) throw new TypeError(`Cannot follow ${JSON.stringify(upid)}: it is not a UPID`);
    return await observed(
      () => ({ kind: "task", type: task.type }),
      () => this.#wait(task, options),
      (end) => end.status === "fulfilled" ? end.value.state : "unknown",
    );
  }

  async #wait(task: Upid, options: WaitOptions): Promise<TaskResult> {
    const started = this.clock.monotonic();
    try {
      return await this.#poll(task, started, options);
    } catch (error) {
      const { aborted, reason } = options.request.signal;
      if (aborted && reason instanceof ShutdownError) {
        return this.#result(task, started, "running", []);
      }
      if (aborted) log("tasks").warn(`A call was cancelled; its task goes on: ${task.upid}`);
      throw error;
    }
  }

  async #poll(task: Upid, started: number, options: WaitOptions): Promise<TaskResult> {
    const { seconds, request, onProgress } = options;
    const deadline = started + seconds * 1000;
    let seen = 0;
    const look = async (): Promise<StatusRow | undefined> => {
      const status = await this.#status(task, request, deadline);
      const goesOn = status && !isOver(status) && this.clock.monotonic() < deadline;
      if (onProgress && goesOn) seen = await this.#report(task, seen, onProgress, request);
      return status;
    };
    const { signal } = request;
    const status = await pollUntil({ clock: this.clock, signal }, look, isOver, seconds);
    if (isOver(status) && typeof status?.exitstatus === "string") {
      return await this.#ended(task, started, status.exitstatus, request);
    }
    if (status?.status !== "running") {
      throw new TaskUnreadError(task, new TaskStateError(isOver(status)));
    }
    return this.#result(task, started, "running", await this.#tail(task, OK_LINES, request));
  }

  /** Last lines of a task's log; none when it cannot be read: how the task ended is known. */
  async #tail(task: Upid, most: number, request: WaitOptions["request"]): Promise<string[]> {
    try {
      const first = await this.#lines(task, 0, 1, request);
      const total = first.total ?? most;
      const read = most * READ_FOR_ONE;
      const { lines } = await this.#lines(task, Math.max(0, total - read), read, request);
      return lines.filter((_, index) => !isOvertaken(lines, index)).slice(-most);
    } catch (error) {
      // How it ended has to be told, even when there is no time left to read why.
      if (!(request.signal.reason instanceof ShutdownError)) request.signal.throwIfAborted();
      log("tasks").debug(`No log of ${task.upid}: ${errorMessage(error)}`);
      return [];
    }
  }

  async #lines(
    { node, upid }: Upid,
    start: number,
    limit: number,
    request: RequestOptions,
  ): Promise<{ readonly lines: string[]; readonly total: number | undefined }> {
    const args = { node, upid, start, limit };
    const { data, total } = await this.pve.request(
      "GET /nodes/{node}/tasks/{upid}/log",
      args,
      { ...request, timeoutSeconds: LOG_SECONDS },
    );
    const rows: readonly unknown[] = Array.isArray(data) ? data : [];
    const lines = rows.map(lineOf).filter((line) => line !== undefined);
    return { lines: lines.filter((line) => line !== "no content"), total };
  }

  /** How the task stands; undefined when that cannot be read now, and there is time left. */
  async #status(
    task: Upid,
    request: WaitOptions["request"],
    deadline: number,
  ): Promise<StatusRow | undefined> {
    const { node, upid } = task;
    try {
      const answer = await this.pve.request(
        "GET /nodes/{node}/tasks/{upid}/status",
        { node, upid },
        request,
      );
      return answer.data as StatusRow ?? {};
    } catch (error) {
      request.signal.throwIfAborted();
      const cause = error as Error;
      if (mayPass(cause) && this.clock.monotonic() < deadline) return undefined;
      throw new TaskUnreadError(task, cause);
    }
  }

  async #report(
    task: Upid,
    seen: number,
    onProgress: TaskProgress,
    request: WaitOptions["request"],
  ): Promise<number> {
    const { lines } = await this.#lines(task, seen, 500, request).catch(() => {
      request.signal.throwIfAborted();
      return { lines: [] };
    });
    const last = lines.findLast((line) => line.trim() !== "");
    if (last === undefined) {
      // A sign of life: clients give up a call of which they hear nothing.
      onProgress(`Task ${task.type} is running on ${task.node}`, undefined);
      return seen;
    }
    onProgress(last, lines.map(percentOf).findLast((percent) => percent !== undefined));
    return seen + lines.length;
  }

  async #ended(
    task: Upid,
    started: number,
    exitstatus: string,
    request: WaitOptions["request"],
  ): Promise<TaskResult> {
    const ok = exitstatus === "OK";
    const state = ok ? "ok" : /^WARNINGS: \d+$/.test(exitstatus) ? "warnings" : "failed";
    const lines = await this.#tail(task, ok ? OK_LINES : FAILED_LINES, request);
    // The exit status says it already.
    const worth = lines.filter((line) => line !== "TASK OK");
    return { ...this.#result(task, started, state, worth), exitstatus };
  }

  #result(
    task: Upid,
    started: number,
    state: TaskResult["state"],
    log: readonly string[],
  ): TaskResult {
    const waited = Math.round((this.clock.monotonic() - started) / 100) / 10;
    return { upid: task.upid, node: task.node, type: task.type, id: task.id, state, waited, log };
  }
}
