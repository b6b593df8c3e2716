/**
 * Waits for tasks: polls the node that runs one, reports its log while it runs, and tells how it
 * ended.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { EndingError } from "../ending.ts";
import type { PveClient } from "./client.ts";
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
  readonly signal: AbortSignal;
  readonly onProgress?: TaskProgress;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const FAILED_LINES = 20;
const OK_LINES = 5;

interface StatusRow {
  readonly status?: string;
  readonly exitstatus?: string;
}

interface LogRow {
  readonly n: number;
  readonly t: string;
}

/** Per cent in a log line: `transferred 1.2 GiB of 4.0 GiB (30.00%)`, `INFO:  12% (…)`. */
export function percentOf(line: string): number | undefined {
  const match = /(?:^|[\s(])(\d{1,3}(?:\.\d+)?)\s?%/.exec(line);
  const percent = Number(match?.[1]);
  return match && percent <= 100 ? percent : undefined;
}

/** Reads and waits for tasks of one cluster. */
export class TaskWaiter {
  constructor(private readonly pve: PveClient, private readonly clock: Clock) {}

  /**
   * Waits until the task ends or the time is over; then tells how it stands. When this server ends
   * meanwhile, the task goes on, and the answer still has to name it.
   *
   * @throws {TypeError} When the text is not a UPID.
   * @throws The signal's reason, when it is aborted by another than the end; the task goes on.
   */
  async wait(upid: string, options: WaitOptions): Promise<TaskResult> {
    const task = parseUpid(upid);
    if (!task) throw new TypeError(`Cannot follow "${upid}": it is not a UPID`);
    const started = this.clock.now();
    try {
      return await this.#poll(task, started, options);
    } catch (error) {
      if (!(options.signal.reason instanceof EndingError)) throw error;
      return this.#result(task, started, "running", []);
    }
  }

  async #poll(task: Upid, started: number, options: WaitOptions): Promise<TaskResult> {
    const { upid } = task;
    const deadline = started + options.seconds * 1000;
    let pause = FIRST_PAUSE_MS;
    let seen = 0;
    for (;;) {
      const status = await this.#status(task.node, upid, options.signal);
      if (status.status === "stopped") {
        return await this.#ended(task, started, status.exitstatus ?? "unknown", options.signal);
      }
      const left = deadline - this.clock.now();
      if (left <= 0) {
        const lines = await this.log(upid, OK_LINES, options.signal);
        return this.#result(task, started, "running", lines);
      }
      if (options.onProgress) {
        seen = await this.#report(task.node, upid, seen, options.onProgress, options.signal);
      }
      await this.clock.sleep(Math.min(pause, left), options.signal);
      pause = Math.min(pause * 1.6, LONGEST_PAUSE_MS);
    }
  }

  /** Lines of a task's log; without bounds, its last `most` lines. */
  async log(upid: string, most: number, signal: AbortSignal): Promise<string[]> {
    const node = parseUpid(upid)?.node ?? "";
    const args = { node, upid, start: 0, limit: 1 };
    const first = await this.pve.request("GET /nodes/{node}/tasks/{upid}/log", args, { signal });
    const total = first.total ?? most;
    const start = Math.max(0, total - most);
    const lines = await this.#lines(node, upid, start, most, signal);
    return lines.filter((line) => line !== "no content");
  }

  async #lines(
    node: string,
    upid: string,
    start: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<string[]> {
    const args = { node, upid, start, limit };
    const answer = await this.pve.request("GET /nodes/{node}/tasks/{upid}/log", args, { signal });
    return (answer.data as LogRow[] ?? []).map((row) => row.t);
  }

  async #status(node: string, upid: string, signal: AbortSignal): Promise<StatusRow> {
    const answer = await this.pve.request(
      "GET /nodes/{node}/tasks/{upid}/status",
      { node, upid },
      { signal },
    );
    return answer.data as StatusRow ?? {};
  }

  async #report(
    node: string,
    upid: string,
    seen: number,
    onProgress: TaskProgress,
    signal: AbortSignal,
  ): Promise<number> {
    const lines = await this.#lines(node, upid, seen, 500, signal);
    const last = lines.findLast((line) => line.trim() !== "" && line !== "no content");
    if (last === undefined) return seen;
    onProgress(last, lines.map(percentOf).findLast((percent) => percent !== undefined));
    return seen + lines.length;
  }

  async #ended(
    task: Upid,
    started: number,
    exitstatus: string,
    signal: AbortSignal,
  ): Promise<TaskResult> {
    const ok = exitstatus === "OK";
    const state = ok ? "ok" : /^WARNINGS: \d+$/.test(exitstatus) ? "warnings" : "failed";
    const lines = await this.log(task.upid, ok ? OK_LINES : FAILED_LINES, signal);
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
    const waited = Math.round((this.clock.now() - started) / 100) / 10;
    return { upid: task.upid, node: task.node, type: task.type, id: task.id, state, waited, log };
  }
}
