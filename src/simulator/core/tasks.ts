/**
 * Tasks of the embedded PVE: they run for a time by the clock, their log grows meanwhile, and they
 * take effect when they end. Nothing runs in the background: time that passed is made up for when
 * somebody looks.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../message_of.ts";
import type { TaskPlan } from "../types.ts";

/** How a task shall go, whatever it does. */
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

/** Most ended tasks that are remembered. */
const KEPT = 5_000;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, "0");
}

/** All tasks of the cluster. */
export class TaskTable {
  readonly #tasks = new Map<string, Task>();
  readonly #work = new Map<Task, Work>();
  readonly #running = new Set<Task>();
  #pid = 1200;

  /**
   * @param fateOf Decides how a new task shall go.
   * @param uptime Seconds that a node has been up.
   */
  constructor(
    private readonly clock: Clock,
    private readonly speed: number,
    private readonly fateOf: (plan: TaskPlan) => TaskFate,
    private readonly uptime: (node: string, nowMs: number) => number,
  ) {}

  /** Starts a task. */
  start(plan: TaskPlan): Task {
    const startMs = this.clock.now();
    const task = this.#create(plan, startMs);
    const fate = this.fateOf(plan);
    const endMs = fate.endless ? Infinity : startMs + plan.ms / this.speed;
    this.#work.set(task, { plan, fate, startMs, endMs, log: [...plan.log ?? []] });
    this.#running.add(task);
    return task;
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

  /** Ends every task whose time has come, in the order in which they end. */
  settle(): void {
    while (this.#running.size > 0) {
      let next: Task | undefined;
      let nextMs = this.clock.now();
      for (const task of this.#running) {
        const endMs = this.#work.get(task)?.endMs ?? Infinity;
        if (endMs <= nextMs && (next === undefined || endMs < nextMs)) {
          next = task;
          nextMs = endMs;
        }
      }
      if (next === undefined) return;
      this.#finish(next);
    }
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
    this.#fail(task, work, "received interrupt", this.clock.now());
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
    if (this.#tasks.size > KEPT) this.#forgetOldest();
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
      return this.#fail(task, work, messageOf(error), work.endMs);
    }
    const warnings = work.fate.warnings ?? work.plan.warnings ?? 0;
    const status = warnings > 0 ? `WARNINGS: ${warnings}` : "OK";
    work.log.push(`TASK ${status}`);
    task.end = { time: Math.floor(work.endMs / 1000), status };
  }

  #fail(task: Task, work: Work, status: string, ms: number): void {
    this.#running.delete(task);
    work.plan.undo?.();
    work.log.push(`TASK ERROR: ${status}`);
    task.end = { time: Math.floor(ms / 1000), status };
  }
}
