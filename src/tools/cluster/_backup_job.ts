/**
 * Backup jobs: what a new one must say, and what a change must repeat.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { joinRetention } from "../_retention.ts";

/** What Proxmox VE takes only along with `storage`, also when the job has one already. */
const WITH_STORAGE = ["notes-template", "protected"];

/** Days that it has. */
const WEEK = 7;

async function readJob(context: ReadContext, id: unknown): Promise<Row> {
  return (await context.request("GET /cluster/backup/{id}", { id: String(id) })).data as Row;
}

/** The schedule that Proxmox VE makes of its old `starttime` and `dow`, by which it then lists them. */
function withSchedule({ starttime, dow, ...args }: Args): Args {
  if (starttime === undefined || args.schedule !== undefined) {
    return { ...args, ...defined({ starttime, dow }) };
  }
  const days = [...new Set(splitList(dow))];
  const isDaily = days.length === 0 || days.length === WEEK;
  return { ...args, schedule: isDaily ? starttime : `${days.join(",")} ${starttime}` };
}

/** A new job needs to know what and when; PVE would name only one of the ways to say it. */
export function newJob(args: Args, context: ReadContext): Args {
  const problems: Record<string, string> = {};
  if (["vmid", "all", "pool", "exclude"].every((name) => args[name] === undefined)) {
    problems.vmid = "is missing; or give all or pool";
  }
  if (args.schedule === undefined && args.starttime === undefined) {
    problems.schedule = "is missing, such as 21:00 or sat 03:30; or give starttime and dow";
  }
  if (Object.keys(problems).length > 0) {
    throw new ToolError("Cannot create this backup job", {
      reason: "Nothing was sent to Proxmox VE",
      parameters: problems,
    });
  }
  return joinRetention(withSchedule(args), context);
}

/** A change, with the job's own storage where Proxmox VE wants it said again. */
export async function changedJob(input: Args, context: ReadContext): Promise<Args> {
  const args = joinRetention(input, context);
  const needsStorage = args.storage === undefined &&
    WITH_STORAGE.some((name) => args[name] !== undefined);
  if (!needsStorage) return args;
  const { storage } = await readJob(context, args.id);
  return storage === undefined ? args : { ...args, storage: String(storage) };
}
