/**
 * Tasks of the embedded PVE: they run for a time by the clock, their log grows meanwhile, and they
 * take effect when they end. Nothing runs in the background: time that passed is caught up with when
 * somebody looks.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { errorMessage } from "../../base/text/error_message.ts";

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

/** How a task ends, whatever it does. */
export interface TaskFate {
  /** Ends with this error in place of its effect. */
  readonly fail?: string;
  /** Does not end until it is stopped. */
  readonly endless?: boolean;
  /** Ends with that many warnings. */
  readonly warnings?: number;
}

/** A task, running or ended. */
export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  /** Hundredths of a second since the node started. */
  readonly pstart: number;
  /** Seconds since 1970. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  /** User or token id. */
  readonly user: string;
  /** Seconds since 1970 and exit status, once it has ended. */
  end?: { readonly time: number; readonly status: string };
}

/** A task's failure that leaves lines in its log. */
export class TaskFailure extends Error {
  override readonly name = "TaskFailure";

  constructor(message: string, readonly log: readonly string[]) {
    super(message);
  }
}

interface Work {
  readonly plan: TaskPlan;
  readonly fate: TaskFate;
  readonly startMs: number;
  readonly endMs: number;
  readonly log: string[];
}

/** Something that happens without a task of its own. */
interface DelayedWork {
  readonly endMs: number;
  readonly work: () => void;
}

/** Most ended tasks that are remembered. */
const MAX_ENDED_TASKS = 5_000;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, "0");
}

/** All tasks of the cluster. */
export class TaskTable {
  readonly #tasks = new Map<string, Task>();
  readonly #work = new Map<Task, Work>();
  readonly #running = new Set<Task>();
  readonly #delayed = new Set<DelayedWork>();
  /** While time is caught up with: when what happens now was due. */
  #momentMs: number | undefined;
  #pid = 1200;

  /**
   * @param fateOf Decides how a new task shall go.
   * @param uptime Seconds that a node has been up.
   * @param beforeChange Is told of the moment at which something takes effect, before it does.
   */
  constructor(
    private readonly clock: Clock,
    private readonly speed: number,
    private readonly fateOf: (plan: TaskPlan) => TaskFate,
    private readonly uptime: (node: string, nowMs: number) => number,
    private readonly beforeChange: (nowMs: number) => void = () => {},
  ) {}

  start(plan: TaskPlan): Task {
    const startMs = this.#nowMs();
    const task = this.#create(plan, startMs);
    const fate = this.fateOf(plan);
    const endMs = fate.endless ? Infinity : startMs + plan.ms / this.speed;
    this.#work.set(task, { plan, fate, startMs, endMs, log: [...plan.log ?? []] });
    this.#running.add(task);
    return task;
  }

  /** Does something later; what it starts begins at that moment. */
  later(ms: number, work: () => void): void {
    this.#delayed.add({ endMs: this.#nowMs() + ms / this.speed, work });
  }

  /** Notes a task of the past, `secondsAgo` seconds ago. */
  remember(plan: TaskPlan, secondsAgo: number, status = "OK"): Task {
    const startMs = this.clock.now() - secondsAgo * 1000;
    const task = this.#create(plan, startMs);
    const log = [...plan.log ?? [], status === "OK" ? "TASK OK" : `TASK ERROR: ${status}`];
    this.#work.set(task, { plan, fate: {}, startMs, endMs: startMs + plan.ms, log });
    task.end = { time: Math.floor((startMs + plan.ms) / 1000), status };
    return task;
  }

  /** Ends every task and runs all delayed work whose time has come, in the order of their times. */
  settle(): void {
    if (this.#momentMs !== undefined) return;
    const nowMs = this.clock.now();
    try {
      while (this.#settleNext(nowMs));
    } finally {
      this.#momentMs = undefined;
    }
  }

  /** Ends or runs what was due first, if anything was due by then. */
  #settleNext(untilMs: number): boolean {
    let next: Task | DelayedWork | undefined;
    let nextMs = untilMs;
    const consider = (each: Task | DelayedWork, endMs: number): void => {
      if (endMs > nextMs || (next !== undefined && endMs === nextMs)) return;
      next = each;
      nextMs = endMs;
    };
    for (const task of this.#running) consider(task, this.#work.get(task)?.endMs ?? Infinity);
    for (const delayed of this.#delayed) consider(delayed, delayed.endMs);
    if (next === undefined) return false;
    this.#momentMs = nextMs;
    this.beforeChange(nextMs);
    if (!("work" in next)) this.#finish(next);
    else if (this.#delayed.delete(next)) next.work();
    return true;
  }

  /** While tasks are caught up with: when what happens now was due. */
  get momentMs(): number | undefined {
    return this.#momentMs;
  }

  #nowMs(): number {
    return this.#momentMs ?? this.clock.now();
  }

  /** A task by UPID. */
  get(upid: string): Task | undefined {
    return this.#tasks.get(upid);
  }

  /** All tasks, oldest first. */
  all(): Iterable<Task> {
    return this.#tasks.values();
  }

  /** Number of tasks that run. */
  get running(): number {
    return this.#running.size;
  }

  /** Lines of the log so far. */
  log(task: Task): readonly string[] {
    const work = this.#work.get(task);
    if (!work) return [];
    if (task.end || work.log.length === 0) return work.log;
    const ms = work.endMs === Infinity ? work.plan.ms / this.speed : work.endMs - work.startMs;
    const done = Math.min(1, (this.clock.now() - work.startMs) / Math.max(ms, 1));
    return work.log.slice(0, 1 + Math.floor((work.log.length - 1) * done));
  }

  /** Stops a task that runs, as a signal to its worker does. */
  stop(task: Task): void {
    const work = this.#work.get(task);
    if (!work || !this.#running.has(task)) return;
    const log = this.log(task);
    work.log.splice(log.length);
    this.#fail(task, work, "interrupted by signal", this.clock.now());
  }

  /** Ends a task whose work something else has done. */
  complete(task: Task, log: readonly string[]): void {
    const work = this.#work.get(task);
    if (!work || !this.#running.delete(task)) return;
    work.log.push(...log, "TASK OK");
    task.end = { time: Math.floor(this.#nowMs() / 1000), status: "OK" };
  }

  #create(plan: TaskPlan, startMs: number): Task {
    const starttime = Math.floor(startMs / 1000);
    const pid = this.#pid += 3;
    const pstart = Math.max(0, Math.floor(this.uptime(plan.node, startMs) * 100)) % 0x7fffffff;
    const upid = `UPID:${plan.node}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:` +
      `${plan.type}:${plan.id}:${plan.user}:`;
    const { node, type, id, user } = plan;
    const task: Task = { upid, node, pid, pstart, starttime, type, id, user };
    this.#tasks.set(upid, task);
    if (this.#tasks.size > MAX_ENDED_TASKS) this.#forgetOldest();
    return task;
  }

  #forgetOldest(): void {
    for (const [upid, task] of this.#tasks) {
      if (!task.end) continue;
      this.#tasks.delete(upid);
      this.#work.delete(task);
      return;
    }
  }

  #finish(task: Task): void {
    const work = this.#work.get(task);
    if (!work) return;
    if (work.fate.fail !== undefined) {
      return this.#fail(task, work, work.fate.fail, work.endMs);
    }
    this.#running.delete(task);
    try {
      work.log.push(...work.plan.finish?.() ?? []);
    } catch (error) {
      if (error instanceof TaskFailure) work.log.push(...error.log);
      return this.#fail(task, work, errorMessage(error), work.endMs);
    }
    const warnings = work.fate.warnings ?? work.plan.warnings ?? 0;
    const status = warnings > 0 ? `WARNINGS: ${warnings}` : "OK";
    work.log.push(`TASK ${status}`);
    task.end = { time: Math.floor(work.endMs / 1000), status };
  }

  /** Ends a task in error; as a status, PVE writes the lines of the error into one. */
  #fail(task: Task, work: Work, error: string, ms: number): void {
    const status = error.trimEnd().replaceAll("\n", " ");
    this.#running.delete(task);
    work.plan.undo?.();
    work.log.push(`TASK ERROR: ${status}`);
    task.end = { time: Math.floor(ms / 1000), status };
  }
}
