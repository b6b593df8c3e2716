/**
 * Who changed what since when, what failed and why: the tasks of all nodes, by user and token.
 *
 * @module
 */
import { counted, DAY, some, time } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import type { Args } from "../../pve/encode.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import { epochOf } from "../node/_time.ts";
import { type Readings, rowsOf } from "./_readings.ts";
import { type Report } from "./_report.ts";

/** Newest tasks of each node that are looked at. */
const MAX_TASKS = 2_000;
/** What failed most; then the newest. */
const FAILED_FIRST = orderBy("-failed", "-last");
/** Tasks that only look, or carry a console. */
const LOOKING = /^(vncproxy|vncshell|spiceproxy|spiceshell|termproxy|aptupdate)$/;

interface Task {
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** Of a token; PVE takes it out of the user's name. */
  readonly tokenid?: string;
  readonly starttime: number;
  /** Absent while it runs. */
  readonly status?: string;
  readonly upid: string;
}

function isRunning({ status }: Task): boolean {
  return status === undefined || status === "RUNNING";
}

function hasFailed(task: Task): boolean {
  return !isRunning(task) && task.status !== "OK" && !/^WARNINGS/.test(task.status ?? "");
}

/** `alice@pve`, `alice@pve!automation` */
function whoOf({ user, tokenid }: Task): string {
  return tokenid ? `${user}!${tokenid}` : user;
}

/** Tasks of one kind of one person, as one row. */
function rowOf(tasks: readonly Task[]): Row {
  const [newest] = tasks;
  const failed = tasks.filter(hasFailed);
  const reasons = [...new Set(failed.map(({ status }) => String(status)))];
  const running = tasks.filter(isRunning).length;
  const about = tasks.map(({ id, node }) => id === "" ? node : `${id} on ${node}`);
  return {
    who: newest && whoOf(newest),
    task: newest?.type,
    times: tasks.length,
    failed: failed.length,
    about: some([...new Set(about)], 4),
    last: time(newest?.starttime ?? 0),
    why: [...(running > 0 ? [`${running} still running`] : []), ...reasons].join("; "),
  };
}

/** The report `changes`. */
export async function changes(readings: Readings, { since: asked }: Args): Promise<Report> {
  const { context } = readings;
  const since = await epochOf(context, "since", asked) ?? readings.now - DAY;
  if (since > readings.now) {
    throw new ToolError(`${time(since)} has not come yet`, {
      reason: "Changes are told from a moment in the past until now",
      parameters: { since: "expected how long ago, or a date that is past" },
    });
  }
  const { online } = await readings.resources();
  const [answers, sees] = await Promise.all([
    readings.ofNodes(online, "GET /nodes/{node}/tasks", "tasks", {
      source: "all",
      since,
      limit: MAX_TASKS,
    }),
    readings.check([["Sys.Audit", "/nodes", "tasks of others"]]),
  ]);
  for (const [node, data] of answers) {
    if (rowsOf(data).length < MAX_TASKS) continue;
    readings.note(`Only the newest ${MAX_TASKS} tasks of ${node} are counted: ask for less time`);
  }
  const all = answers.flatMap(([, data]) => rowsOf<Task>(data))
    .filter(({ type, starttime }) => !LOOKING.test(type) && starttime >= since)
    .sort((one, other) => other.starttime - one.starttime);
  const groups = new Map<string, Task[]>();
  for (const task of all) {
    const key = `${whoOf(task)}\n${task.type}`;
    groups.set(key, [...groups.get(key) ?? [], task]);
  }
  const rows = [...groups.values()].map(rowOf).sort(FAILED_FIRST);
  const failed = all.filter(hasFailed);
  const users = [...new Set(all.map(whoOf))];
  return {
    title: all.length === 0
      ? sees("Sys.Audit")
        ? `Nobody changed anything since ${time(since)}`
        : `No task that can be seen since ${time(since)}`
      : `${counted(all.length, "task")} of ${
        counted(users.length, "user or token", "users and tokens")
      } since ${time(since)}, ${failed.length} failed`,
    columns: ["who", "task", "times", "failed", "about", "last", "why"],
    rows,
    order: FAILED_FIRST,
    unseen: readings.unseen(),
    limits: [
      "Changes that PVE makes without a task are not in it: most of configurations, rights and firewalls",
    ],
    next: [
      ...(failed[0]
        ? [`proxmox_node_task action=log upid=${failed[0].upid} — why the newest failed`]
        : []),
      "proxmox_node_task action=list filter=user=… — single tasks of one of them",
    ],
  };
}
