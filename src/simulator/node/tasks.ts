/**
 * Tasks of a node and of the cluster: lists with filters, status, log, stopping.
 * Source: PVE::API2::Tasks.
 *
 * @module
 */
import { parseUpid } from "../../pve/upid.ts";
import { mayAny, userOf } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { Attributed, Download, type Handlers } from "../core/handler.ts";
import { logPage } from "../core/log_page.ts";
import { flag, list, named, number, text } from "../core/params.ts";
import { forbidden, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import type { Task } from "../core/tasks.ts";

const DEFAULT_LIMIT = 50;
/** Tasks that the cluster's list shows of each node. */
const CLUSTER_LIMIT = 25;

function identity(task: Task): Entry {
  const [user, tokenid] = task.user.split("!");
  return tokenid === undefined ? { user } : { user, tokenid };
}

function row(task: Task): Entry {
  const { upid, node, pid, pstart, starttime, type, id } = task;
  return { upid, node, pid, pstart, starttime, type, id, ...identity(task) };
}

function isOwn(task: Task, call: Call): boolean {
  return task.user === call.user || userOf(task.user) === call.user;
}

function kindOfStatus(status: string): string {
  if (status === "OK") return "ok";
  if (status.startsWith("WARNINGS: ")) return "warning";
  return status === "unexpected status" || status === "" ? "unknown" : "error";
}

function matches(task: Task, call: Call): boolean {
  const since = number(call, "since");
  const until = number(call, "until");
  const type = text(call, "typefilter");
  const user = text(call, "userfilter");
  const vmid = text(call, "vmid");
  if (since !== undefined && task.starttime < since) return false;
  if (until !== undefined && task.starttime > until) return false;
  if (type !== undefined && task.type !== type) return false;
  if (user !== undefined && !task.user.toLowerCase().includes(user.toLowerCase())) return false;
  if (vmid !== undefined && task.id !== vmid) return false;
  const kinds = list(call, "statusfilter").map((kind) => kind.toLowerCase());
  if (flag(call, "errors")) kinds.push("error", "unknown");
  if (kinds.length === 0) return true;
  return task.end !== undefined && kinds.includes(kindOfStatus(task.end.status));
}

function listTasks(cluster: Cluster, call: Call): Attributed {
  const node = named(call, "node");
  const source = text(call, "source") ?? "archive";
  const seesAll = mayAny(cluster, call.user, `/nodes/${node}`, ["Sys.Audit"]);
  const found: Task[] = [];
  for (const task of cluster.tasks.all()) {
    if (task.node !== node || !(seesAll || isOwn(task, call))) continue;
    if (source === "archive" && !task.end) continue;
    if (source === "active" && task.end) continue;
    if (matches(task, call)) found.push(task);
  }
  found.sort((a, b) => b.starttime - a.starttime || (a.pid < b.pid ? 1 : -1));
  const start = number(call, "start") ?? 0;
  const limit = number(call, "limit") ?? DEFAULT_LIMIT;
  const rows = found.slice(start, limit === 0 ? undefined : start + limit).map((task) =>
    task.end
      ? { ...row(task), endtime: task.end.time, status: task.end.status }
      : { ...row(task), user: task.user, tokenid: undefined, status: "RUNNING", saved: "0" }
  );
  return new Attributed(rows, { total: found.length });
}

function clusterTasks(cluster: Cluster, call: Call): Entry[] {
  const counts = new Map<string, number>();
  const rows: Entry[] = [];
  for (const task of [...cluster.tasks.all()].reverse()) {
    const sees = isOwn(task, call) ||
      mayAny(cluster, call.user, `/nodes/${task.node}`, ["Sys.Audit"]);
    if (!sees) continue;
    const count = counts.get(task.node) ?? 0;
    if (task.end && count >= CLUSTER_LIMIT) continue;
    counts.set(task.node, count + 1);
    const { upid, node, starttime, type, id } = task;
    const entry: Entry = { upid, node, starttime, type, id, ...identity(task) };
    if (task.end) Object.assign(entry, { endtime: task.end.time, status: task.end.status });
    rows.push(task.end ? { ...entry, saved: "1" } : entry);
  }
  return rows.sort((a, b) => Number(b.starttime) - Number(a.starttime));
}

/** The task of a call; other people's need a privilege. */
function found(cluster: Cluster, call: Call, privilege: string): Task {
  const upid = named(call, "upid");
  const node = named(call, "node");
  if (!parseUpid(upid)) throw invalid({ upid: "unable to parse worker upid" });
  const task = cluster.tasks.get(upid);
  if (!task || task.node !== node) throw invalid({ upid: "no such task" });
  if (!isOwn(task, call) && !mayAny(cluster, call.user, `/nodes/${node}`, [privilege])) {
    throw forbidden(`/nodes/${node}, ${privilege}`);
  }
  return task;
}

function taskStatus(cluster: Cluster, call: Call): Entry {
  const task = found(cluster, call, "Sys.Audit");
  return task.end
    ? { ...row(task), status: "stopped", exitstatus: task.end.status }
    : { ...row(task), status: "running" };
}

function taskLog(cluster: Cluster, call: Call): unknown {
  const upid = parseUpid(named(call, "upid"));
  if (upid && !cluster.tasks.get(named(call, "upid"))) {
    return logPage(["unable to open file - No such file or directory"], call);
  }
  const task = found(cluster, call, "Sys.Audit");
  const lines = cluster.tasks.log(task);
  if (flag(call, "download")) {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    return new Download(bytes, "text/plain", `task-${task.node}-${task.type}.log`);
  }
  return logPage(lines, call);
}

function stopTask(cluster: Cluster, call: Call): null {
  cluster.tasks.stop(found(cluster, call, "Sys.Modify"));
  return null;
}

/** Handlers of tasks. */
export const handlers: Handlers = {
  "GET /nodes/{node}/tasks": listTasks,
  "GET /nodes/{node}/tasks/{upid}/status": taskStatus,
  "GET /nodes/{node}/tasks/{upid}/log": taskLog,
  "DELETE /nodes/{node}/tasks/{upid}": stopTask,
  "GET /cluster/tasks": clusterTasks,
};
