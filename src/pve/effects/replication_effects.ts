/**
 * What changes of replication take away: copies of a guest's volumes on other nodes.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import {
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  isOn,
  type Loss,
} from "./effect.ts";
import { readRow, type Row } from "./read.ts";

type ReplicationOperation = Extract<
  ChangeOperation,
  `${string} /cluster/replication${string}` | `${string} /nodes/{node}/replication/${string}`
>;

/** The guest of a job: 100 of `100-0`. */
function guestOf({ id }: Args): number[] {
  const number = /^(\d{3,9})-\d+$/.exec(String(id))?.[1];
  return number === undefined ? [] : [Number(number)];
}

async function jobOf({ id }: Args, state: CurrentState): Promise<Row | undefined> {
  return await readRow(state, "GET /cluster/replication/{id}", { id });
}

/** `job 103-0 to pve2` */
function jobText({ id }: Args, job: Row | undefined): string {
  return `job ${id} ${job ? `to ${job.target}` : "(which could not be read)"}`;
}

async function removed(args: Args, state: CurrentState, keepsCopies: boolean): Promise<Loss[]> {
  const text = jobText(args, await jobOf(args, state));
  const copies = keepsCopies ? "; the copies stay" : " and the copies of the guest's volumes there";
  return [{ what: `${text}${copies}`, guests: guestOf(args) }];
}

/** A job that is marked is removed when it runs next; with `full`, the copies as well. */
const removes: Effect<"remove_job"> = {
  takes: "the job; with full, its copies too",
  by: ["remove_job"],
  judge: async (args, state) =>
    args.remove_job === undefined ? [] : await removed(args, state, args.remove_job !== "full"),
};

/** A job that is off copies nothing any more. */
async function disabled(args: Args, state: CurrentState): Promise<Loss[]> {
  if (!isOn(args.disable)) return [];
  const job = await jobOf(args, state);
  if (job && isOn(job.disable)) return [];
  return [{ what: `further copies by ${jobText(args, job)}`, guests: guestOf(args) }];
}

export const replicationEffects = {
  "POST /cluster/replication": [removes],
  "PUT /cluster/replication/{id}": [
    removes,
    { takes: "further copies, while the job is off", by: ["disable"], judge: disabled },
  ],
  "DELETE /cluster/replication/{id}": [
    {
      takes: "the job and, unless they are kept, the copies on the target",
      by: ["keep", "force"],
      judge: (args, state) => removed(args, state, isOn(args.keep) || isOn(args.force)),
    },
  ],
  "POST /nodes/{node}/replication/{id}/schedule_now": { nothing: "copies once more" },
} as const satisfies EffectTable<ReplicationOperation>;
