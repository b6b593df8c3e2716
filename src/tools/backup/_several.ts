/**
 * Backs up several guests at once: one task on each of their nodes, and an answer for each guest.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import type { Args } from "../../pve/encode.ts";
import { PveError } from "../../pve/errors.ts";
import { UnprovenError } from "../../pve/evidence.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { splitList } from "../../pve/split_list.ts";
import type { TaskResult } from "../../pve/tasks.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { CallContext, ReadContext } from "../../tool/context.ts";
import type { ExtraParam } from "../../tool/define.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { pageOf } from "../../answer/list.ts";
import { backupFailures, MAX_BACKUP_LINES } from "../_backup_log.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";
import { backupsMade } from "../_volume_made.ts";

const COMPRESS: ExtraParam = {
  type: "string",
  enum: ["none", "lzo", "gzip", "zstd", "0", "1"],
  unlisted: true,
};

/** What a backup is made with, of one guest or of several. */
export const BACKUP_ARGS = {
  extraParams: { compress: COMPRESS, ...RETENTION_PARAMS },
  defaults: { storage: "local", mode: "snapshot", compress: "zstd" },
} as const;

/** The arguments as vzdump takes them. */
export function backupArgs(input: Args, context: Pick<ReadContext, "notes">): Args {
  const { compress, ...args } = joinRetention(input, context);
  return { ...args, compress: compress === "none" ? "0" : compress };
}

/** What one node is asked to back up. */
interface Part {
  readonly node: string;
  readonly guests: readonly Guest[];
  readonly request: PlannedRequest;
}

/** What became of a part: its task, or why there is none. */
type Begun = Part & ({ readonly upid: string } | { readonly error: Error });

/** The requests, one for each node that has some of the guests. */
async function parts(context: ReadContext, input: Args): Promise<Part[]> {
  const { vmid, ...args } = backupArgs(input, context);
  const numbers = [...new Set(splitList(vmid))];
  const guests = await Promise.all(
    numbers.map((each) => context.guests.find(each, undefined, context.signal)),
  );
  return [...Map.groupBy(guests, ({ node }) => node)].map(([node, here]): Part => ({
    node,
    guests: here,
    request: {
      operation: "POST /nodes/{node}/vzdump",
      args: { ...args, vmid: here.map((guest) => guest.vmid).join(","), node },
    },
  }));
}

/** What will be sent. */
export async function severalRequests(context: ReadContext, args: Args): Promise<PlannedRequest[]> {
  return (await parts(context, args)).map(({ request }) => request);
}

/** Starts the task of a node; what Proxmox VE refuses there does not keep others from theirs. */
async function begin(context: CallContext, part: Part): Promise<Begun> {
  const { operation, args } = part.request;
  try {
    const { data } = await context.request(operation, args);
    return { ...part, upid: String(data) };
  } catch (error) {
    if (error instanceof PveError || error instanceof UnprovenError) return { ...part, error };
    throw error;
  }
}

/** Why guests were not backed up, as far as the whole log of a task that failed tells. */
async function failuresOf(context: ReadContext, task: TaskResult): Promise<Map<number, string>> {
  const { node, upid, state } = task;
  if (state !== "failed") return new Map();
  const args = { node, upid, start: 0, limit: MAX_BACKUP_LINES };
  try {
    const { data } = await context.request("GET /nodes/{node}/tasks/{upid}/log", args);
    return backupFailures((data as readonly Row[]).map(({ t }) => String(t ?? "")));
  } catch {
    context.signal.throwIfAborted();
    return backupFailures(task.log);
  }
}

/** The backups that a task has made; undefined where they cannot be seen. */
async function volumesOf(
  context: ReadContext,
  { node, upid }: TaskResult,
  storage: string,
): Promise<ReadonlyMap<number, Row> | undefined> {
  try {
    return await backupsMade(context, { node, storage }, upid);
  } catch (error) {
    context.signal.throwIfAborted();
    context.notes.push(`What ${node} made could not be read: ${errorMessage(error)}`);
    return undefined;
  }
}

/** How the backup of each guest of a node ended. */
async function rowsOf(context: ReadContext, begun: Begun, storage: string): Promise<Row[]> {
  const row = ({ vmid, name, node }: Guest, end: Row): Row => ({ vmid, name, node, ...end });
  if ("error" in begun) {
    const reason = errorMessage(begun.error);
    return begun.guests.map((guest) => row(guest, { result: "failed", reason }));
  }
  const task = await context.waitForTask(begun.upid);
  const [volumes, failures] = await Promise.all([
    volumesOf(context, task, storage),
    failuresOf(context, task),
  ]);
  if (task.state === "running") {
    context.notes.push(`proxmox_node_task action=wait upid=${task.upid} waits for ${begun.node}`);
  }
  return begun.guests.map((guest) => {
    const made = volumes?.get(guest.vmid);
    const { size, volid } = made ?? {};
    if (made) return row(guest, { result: "done", volid, size });
    if (task.state === "running") return row(guest, { result: "running" });
    if (!volumes && task.state !== "failed") return row(guest, { result: "done" });
    const why = task.state === "failed" ? task.exitstatus : undefined;
    const reason = failures.get(guest.vmid) ?? (failures.size === 0 ? why : undefined);
    return row(guest, { result: "failed", reason: reason ?? "No backup of it was made" });
  });
}

/** Backs up guests wherever they are; what fails for some does not keep others from theirs. */
export async function backUpSeveral(context: CallContext, args: Args): Promise<Answer> {
  const storage = String(args.storage);
  const planned = await parts(context, args);
  const begun: Begun[] = [];
  for (const part of planned) begun.push(await begin(context, part));
  const [refused] = begun;
  if (refused && "error" in refused && begun.every((each) => "error" in each)) throw refused.error;
  const rows = (await Promise.all(begun.map((each) => rowsOf(context, each, storage)))).flat();
  const failed = rows.filter(({ result }) => result === "failed");
  const goesOn = rows.some(({ result }) => result === "running");
  const columns = ["vmid", "name", "node", "result", "volid", "size"];
  const list = pageOf(rows, context.options, {
    columns: failed.length > 0 ? [...columns, "reason"] : columns,
  });
  if (failed.length > 0) {
    const names = failed.map(({ vmid, name }) =>
      nameOf({ vmid: Number(vmid), name: String(name) })
    );
    throw new ToolError(`${failed.length} of ${rows.length} guests were not backed up`, {
      reason: names.join(", "),
      answer: { list },
    });
  }
  return {
    title: goesOn
      ? `Backups of ${rows.length} guests to ${storage} have started and go on`
      : `Backed up ${rows.length} guests to ${storage}`,
    list,
  };
}
