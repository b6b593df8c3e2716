/**
 * Deletes the backups from before a date, one request for each, so that each is confirmed.
 *
 * @module
 */
import { asUtc, MOMENT_FORMS, readMoment } from "../../base/text/moment.ts";
import { time } from "../../base/text/units.ts";
import type { Args } from "../../pve/encode.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { CallContext, ReadContext } from "../../tool/context.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { pageOf } from "../../answer/list.ts";
import { findBackups } from "./_list.ts";

const DELETE = "DELETE /nodes/{node}/storage/{storage}/content/{volume}";

/** Seconds since 1970; a date without a time zone is UTC. */
function limitOf(context: ReadContext, { before }: Args): number {
  const text = String(before);
  const moment = readMoment(text, Math.floor(context.clock.now() / 1000));
  if (moment) return "epoch" in moment ? moment.epoch : asUtc(moment.local);
  throw new ToolError(`Cannot read the time "${text}"`, {
    reason: "Nothing was deleted",
    parameters: { before: `expected ${MOMENT_FORMS}` },
  });
}

/** The backups that go, the oldest first; those that are protected from removal stay. */
async function oldOnes(context: ReadContext, args: Args): Promise<readonly Row[]> {
  const limit = limitOf(context, args);
  const rows = (await findBackups(context, args)).filter(({ ctime }) => Number(ctime) < limit);
  const kept = rows.filter((row) => Number(row.protected ?? 0) === 1);
  if (kept.length > 0) {
    context.notes.push(
      `Kept, as they are protected from removal: ${kept.map(({ volid }) => volid).join(", ")}`,
    );
  }
  return rows.filter((row) => !kept.includes(row)).toReversed();
}

function deletionOf({ volid, node }: Row): PlannedRequest {
  const volume = String(volid);
  return {
    operation: DELETE,
    args: { node: String(node), storage: volume.slice(0, volume.indexOf(":")), volume },
  };
}

/** What will be sent. */
export async function deletions(context: ReadContext, args: Args): Promise<PlannedRequest[]> {
  return (await oldOnes(context, args)).map(deletionOf);
}

/** Deletes them one after another; ends at the first that cannot be. */
export async function deleteOld(context: CallContext, args: Args): Promise<Answer> {
  const rows = await oldOnes(context, args);
  const before = time(limitOf(context, args));
  if (rows.length === 0) return { title: `There is no backup from before ${before} to delete` };
  const gone: Row[] = [];
  const going: string[] = [];
  for (const row of rows) {
    const { operation, args: request } = deletionOf(row);
    const { data } = await context.request(operation, request);
    const task = data === null ? undefined : await context.waitForTask(String(data));
    if (task?.state === "failed") {
      throw new ToolError(`Cannot delete ${row.volid}`, {
        reason: task.exitstatus ?? "Its task failed",
        answer: { task },
        notes: [`Deleted before: ${gone.map(({ volid }) => volid).join(", ") || "none"}`],
      });
    }
    if (task?.state === "running") going.push(String(row.volid));
    else gone.push(row);
  }
  const columns = ["volid", "vmid", "ctime", "size"];
  return {
    title: `Deleted ${gone.length} of the backups from before ${before}`,
    ...(gone.length === 0 ? {} : { list: pageOf(gone, context.options, { columns }) }),
    notes: going.length === 0 ? [] : [`Begun, and not seen to end: ${going.join(", ")}`],
  };
}
