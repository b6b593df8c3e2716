import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import type { PveAnswer } from "../../pve/client.ts";
import { isUnanswered } from "../../pve/errors.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, read, write } from "../../tool/define.ts";
import { countText, pageOf } from "../../answer/list.ts";
import { DEFAULT_LINES, linesAnswer, type LogPage, readLog, readTaskTail } from "./_log.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

const COLUMNS = ["starttime", "endtime", "node", "type", "id", "user", "status", "upid"];
/** Tasks shown unless the caller asks for another number: UPIDs are long. */
const DEFAULT_TASKS = 25;
/** Newest tasks of each node that a filter looks through. */
const SEARCHED = 1000;
/** Seconds to see whether a task has stopped. */
const STOPPING = 10;

interface NodeTasks {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** `bob@pve!ci` in place of `bob@pve`, where a token of his started it. */
function withToken(row: Row): Row {
  return row.tokenid ? { ...row, user: `${row.user}!${row.tokenid}` } : row;
}

async function tasksOf(context: ReadContext, node: string, args: Args): Promise<NodeTasks> {
  const answer = await context.request("GET /nodes/{node}/tasks", { ...args, node });
  const rows = ((answer.data ?? []) as readonly Row[]).map(withToken);
  return { rows, total: answer.total ?? rows.length };
}

/** Tasks of one node among several, of which one that does not answer leaves the others. */
async function tasksOfAny(context: ReadContext, node: string, args: Args): Promise<NodeTasks> {
  try {
    return await tasksOf(context, node, args);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    context.notes.push(`${node} did not answer: ${error.message}`);
    return { rows: [], total: 0 };
  }
}

/** The nodes to ask: the one that was named, or all that are online. */
async function askedNodes(context: ReadContext, node: unknown): Promise<readonly string[]> {
  if (node !== undefined) return [String(node)];
  const { data } = await context.request("GET /nodes", {});
  const all = data as readonly { readonly node: string; readonly status: string }[];
  const offline = all.filter((each) => each.status === "offline").map((each) => each.node);
  if (offline.length > 0) context.notes.push(`Not asked, because offline: ${offline.join(", ")}`);
  return all.map((each) => each.node).filter((each) => !offline.includes(each));
}

function newestFirst(one: Row, other: Row): number {
  return Number(other.starttime) - Number(one.starttime);
}

/** Newest tasks first, of one node or merged from all. */
async function listTasks(context: ReadContext, args: Args): Promise<Answer> {
  const { node, limit, start, ...filters } = args;
  const { options } = context;
  const count = Number(limit ?? DEFAULT_TASKS);
  const offset = Number(start ?? 0);
  const nodes = await askedNodes(context, node);
  // What filters, sorts or counts looks at more than a page.
  const isChosen = (options.filter ?? options.sort ?? options.group) !== undefined;
  const most = isChosen ? SEARCHED : offset + count;
  const read = node === undefined ? tasksOfAny : tasksOf;
  const found = await Promise.all(
    nodes.map((each) => read(context, each, { source: "all", ...filters, limit: most })),
  );
  const rows = found.flatMap((each) => each.rows).toSorted(newestFirst);
  const total = found.reduce((sum, each) => sum + each.total, 0);
  const list = pageOf(rows, { ...options, offset, limit: count || Infinity }, {
    columns: COLUMNS,
    unseen: isChosen ? 0 : total - rows.length,
    order: newestFirst,
  });
  return {
    title: `Tasks${node === undefined ? "" : ` of ${node}`}: ${countText(list)}${
      options.sort || options.group ? "" : ", newest first"
    }`,
    list,
    ...defined({
      notes: isChosen && total > rows.length
        ? [
          `Chosen from the newest ${SEARCHED} tasks of each node; typefilter, userfilter, since and until look further`,
        ]
        : undefined,
    }),
  };
}

function pageArgs(context: ReadContext, args: Args): Args {
  return { node: nodeOf(context), upid: args.upid };
}

/** The newest lines, or those that are asked for, with all progress. */
async function readTaskLog(context: ReadContext, args: Args): Promise<Answer> {
  const ask = (page: LogPage): Promise<PveAnswer> =>
    context.request("GET /nodes/{node}/tasks/{upid}/log", { ...pageArgs(context, args), ...page });
  const most = Number(args.limit ?? DEFAULT_LINES);
  const isTail = args.start === undefined && most > 0 && context.options.filter === undefined;
  const log = await (isTail ? readTaskTail(ask, most) : readLog(ask, args));
  return linesAnswer(log, "Log of the task");
}

/** How a task stands, with the last lines of its log. */
async function getTask(context: ReadContext, args: Args): Promise<Answer> {
  const { data } = await context.request(
    "GET /nodes/{node}/tasks/{upid}/status",
    pageArgs(context, args),
  );
  const { id, ...others } = data as Row;
  const status = id ? { ...others, id } : others;
  const log = await readTaskLog(context, { ...args, limit: 20 });
  const end = others.status === "running"
    ? "is running"
    : `ended: ${others.exitstatus ?? "unknown"}`;
  return { ...log, title: `Task ${others.type}${id ? ` ${id}` : ""} ${end}`, object: status };
}

/** Whether the task has stopped: it was only asked to. */
async function whetherStopped(
  context: ReadContext,
  args: Args,
  { state }: CallResult,
): Promise<Outcome> {
  if (state === "failed") return {};
  const task = await context.waitForTask(String(args.upid), STOPPING);
  const title = task.state === "running"
    ? `Asked task ${task.type} to stop; it has not stopped yet`
    : `Task ${task.type} has ended: ${task.exitstatus}`;
  return { title, task };
}

async function waitForTask(context: ReadContext, args: Args): Promise<Answer> {
  return await answerOfTask(context, String(args.upid), "The task has ended");
}

export default defineTool({
  name: "proxmox_node_task",
  title: "Tasks",
  description: "Tasks of a node or of all.",
  parameterDescriptions: { typefilter: "vzdump" },
  actions: {
    list: read("GET /nodes/{node}/tasks", {
      target: "none",
      extraParams: { node: { type: "string", format: "pve-node" } },
      params: ["vmid", "typefilter", "userfilter", "since", "errors"],
      run: listTasks,
      uses: ["GET /nodes"],
    }),
    get: read("GET /nodes/{node}/tasks/{upid}/status", {
      target: "task",
      required: ["upid"],
      run: getTask,
      uses: ["GET /nodes/{node}/tasks/{upid}/log"],
    }),
    wait: read("GET /nodes/{node}/tasks/{upid}/status", {
      target: "task",
      required: ["upid"],
      run: waitForTask,
      uses: ["GET /nodes/{node}/tasks/{upid}/log"],
    }),
    log: read("GET /nodes/{node}/tasks/{upid}/log", {
      target: "task",
      required: ["upid"],
      run: readTaskLog,
    }),
    stop: write("DELETE /nodes/{node}/tasks/{upid}", {
      target: "task",
      required: ["upid"],
      outcome: whetherStopped,
      uses: ["GET /nodes/{node}/tasks/{upid}/status", "GET /nodes/{node}/tasks/{upid}/log"],
    }),
  },
});
