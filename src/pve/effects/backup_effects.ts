/**
 * What backups take away: guests are stopped for them, and older ones are removed.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../encode.ts";
import type { Guest } from "../guests.ts";
import { keepsAll } from "../retention.ts";
import { splitList } from "../split_list.ts";
import { isChosen, unseen } from "./backup_selection.ts";
import {
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  isOff,
  isOn,
  type Loss,
} from "./effect.ts";
import { lossOfGuests, mayRun } from "./guest_power.ts";
import { missing } from "./lists.ts";
import { keepsLess, nodesOfBackups, prunedByNew, retentionOf, retentionText } from "./pruning.ts";
import { readRow, readRows, type Row } from "./read.ts";

type BackupOperation =
  | Extract<ChangeOperation, `${string} /cluster/backup${string}`>
  | "POST /nodes/{node}/vzdump";

const SELECTION = ["vmid", "all", "pool", "exclude", "node"] as const;
const LEAVES_OUT = ["enabled", "delete", ...SELECTION] as const;
const RETENTION = ["prune-backups", "remove", "storage"] as const;

/** What a mode of backup does to guests that run. */
const MODES: Readonly<Record<string, string>> = {
  stop: "what runs in guests, which are stopped for the backup",
  suspend: "what runs in guests, which are paused for the backup",
};

/** What a node does when a request does not say: mode, storage, retention. */
async function defaults({ node, storage }: Args, state: CurrentState): Promise<Row | undefined> {
  const operation = "GET /nodes/{node}/vzdump/defaults";
  return await readRow(state, operation, { node, ...defined({ storage }) });
}

async function stoppedByBackup(args: Args, state: CurrentState): Promise<Loss[]> {
  const mode = args.mode ?? (await defaults(args, state))?.mode ?? "stop";
  const what = MODES[String(mode)];
  if (what === undefined) return [];
  const all = await state.guests();
  const guests = all.filter(isChosen(args));
  return lossOfGuests(what, {
    guests: guests.filter(mayRun),
    unseen: unseen(args, all),
    of: guests.length,
  });
}

async function prunedByBackup(args: Args, state: CurrentState): Promise<Loss[]> {
  if (isOff(args.remove)) return [];
  const node = String(args.node);
  const usual = await defaults(args, state);
  const all = await state.guests();
  const guests = all.filter(isChosen(args)).map(({ vmid }) => vmid).concat(unseen(args, all));
  const retention = retentionOf(args["prune-backups"] ?? usual?.["prune-backups"]);
  if (retention && keepsAll(retention)) return [];
  const storage = args.storage ?? usual?.storage;
  if (retention && storage !== undefined && args.dumpdir === undefined) {
    return await prunedByNew({ nodes: [node], storage: String(storage) }, retention, guests, state);
  }
  if (usual && !retention) return [];
  return guests.length === 0 ? [] : [{
    what: "older backups by a retention or in a place that could not be read",
    guests,
  }];
}

/** Backups that run on the node. */
async function stoppedBackups({ node, stop }: Args, state: CurrentState): Promise<Loss[]> {
  if (!isOn(stop)) return [];
  const rows = await readRows(state, "GET /nodes/{node}/tasks", {
    ...{ node, source: "active", typefilter: "vzdump" },
  });
  const running = rows?.filter(({ status }) => status === undefined || status === "RUNNING");
  if (running?.length === 0) return [];
  const many = running ? `${running.length}` : "all, which could not be read";
  const guests = (running ?? []).map(({ id }) => Number(id)).filter((vmid) => vmid > 0);
  return [{ what: `backups that run on ${node}: ${many}`, guests }];
}

/** A job as it is, and as it is to be; undefined where it could not be read. */
async function jobOf(args: Args, state: CurrentState): Promise<[before?: Row, after?: Row]> {
  if (args.id === undefined) return [{ enabled: 0 }, args];
  // A new job may have a name of the caller's choice: the list shows whether there is one.
  const jobs = await readRows(state, "GET /cluster/backup", {});
  const before = jobs?.find(({ id }) => id === args.id);
  if (jobs && !before) return [{ enabled: 0 }, args];
  if (!before) return [];
  const gone = splitList(args.delete);
  // Of the ways to choose guests, the one that is given takes the place of the others.
  const chooses = ["vmid", "all", "pool"].some((name) => args[name] !== undefined);
  const replaced = chooses ? ["vmid", "all", "pool"] : [];
  const kept = Object.entries(before).filter(([name]) => ![...gone, ...replaced].includes(name));
  const set = Object.entries(args).filter(([, value]) => value !== undefined);
  return [before, { ...Object.fromEntries(kept), ...Object.fromEntries(set) }];
}

/** The guests of a job that runs. */
function covered(job: Row, guests: readonly Guest[]): Guest[] {
  return isOff(job.enabled) ? [] : guests.filter(isChosen(job));
}

/** Guests that a job stops, and did not before. */
async function stoppedByJob(args: Args, state: CurrentState): Promise<Loss[]> {
  const [before, after] = await jobOf(args, state);
  const all = (await state.guests()).filter(({ template }) => !template);
  const what = MODES[String((after ?? args).mode)];
  if (what === undefined) return [];
  const stopped = (job: Row): Guest[] =>
    MODES[String(job.mode)] === undefined ? [] : covered(job, all);
  const guests = before && after ? missing(stopped(after), stopped(before)) : all;
  return lossOfGuests(`${what}, each time`, { guests });
}

/** Guests of whose older backups a job keeps less than it did. */
async function prunedByJob(args: Args, state: CurrentState): Promise<Loss[]> {
  const [before, after] = await jobOf(args, state);
  const { "prune-backups": written, remove, storage } = after ?? args;
  const retention = retentionOf(written);
  if (!retention || isOff(remove) || keepsAll(retention)) return [];
  const all = await state.guests();
  const old = before && !isOff(before.remove) ? retentionOf(before["prune-backups"]) : undefined;
  const isOld = before?.storage === storage && !keepsLess(retention, old);
  const losing = before && after
    ? missing(covered(after, all), isOld ? covered(before, all) : [])
    : all;
  if (losing.length === 0) return [];
  const place = String(storage ?? "local");
  const hosts = [...new Set(losing.map(({ node }) => node))];
  const nodes = await nodesOfBackups(place, hosts, state);
  const numbers = losing.map(({ vmid }) => vmid);
  const now = await prunedByNew({ nodes, storage: place }, retention, numbers, state);
  if (now.length > 0) return now;
  const what = `later, older backups on ${place} that ${retentionText(retention)} does not keep`;
  return lossOfGuests(what, { guests: losing }).map((loss) => ({ ...loss, guests: [] }));
}

/** Guests that a job no longer backs up. What there is stays: it is nobody's data. */
async function leftOut(args: Args, state: CurrentState): Promise<Loss[]> {
  if (LEAVES_OUT.every((name) => args[name] === undefined)) return [];
  const [before, after] = await jobOf(args, state);
  if (!before || !after) return [{ what: "backups of guests that could not be read", guests: [] }];
  const guests = await state.guests();
  const out = missing(covered(before, guests), covered(after, guests));
  return lossOfGuests("the backups by this job", {
    guests: out,
    of: covered(before, guests).length,
  })
    .map(({ what }) => ({ what, guests: [] }));
}

/** The job itself, with the guests that it backs up. */
async function deleted({ id }: Args, state: CurrentState): Promise<Loss[]> {
  const job = await readRow(state, "GET /cluster/backup/{id}", { id });
  if (!job) return [{ what: `the job ${id}, which could not be read`, guests: [] }];
  const guests = covered(job, await state.guests());
  const [loss] = lossOfGuests("the backups by this job", { guests });
  return [{ what: loss?.what ?? `the job ${id}, which backs up nothing`, guests: [] }];
}

/** What a job does to guests each time that it runs. */
function jobEffects<const Name extends string>(more: readonly Name[]): readonly Effect<
  Name | "mode" | "enabled" | typeof SELECTION[number] | typeof RETENTION[number]
>[] {
  return [
    {
      takes: "the running state of guests, each time, in mode stop or suspend",
      by: ["mode", "enabled", ...SELECTION, ...more],
      judge: stoppedByJob,
    },
    {
      takes: "older backups that the retention does not keep, each time",
      by: [...RETENTION, "enabled", ...SELECTION, ...more],
      judge: prunedByJob,
    },
  ];
}

/** Effects of backups and of jobs that make them. */
export const backupEffects = {
  "POST /nodes/{node}/vzdump": [
    {
      takes: "the running state of guests, in mode stop or suspend",
      by: ["mode", ...SELECTION],
      judge: stoppedByBackup,
    },
    {
      takes: "older backups that the retention does not keep",
      by: [...RETENTION, ...SELECTION],
      judge: prunedByBackup,
    },
    { takes: "backups that run on the node", by: ["stop"], judge: stoppedBackups },
  ],
  "POST /cluster/backup": jobEffects([]),
  "PUT /cluster/backup/{id}": [
    ...jobEffects(["delete"]),
    {
      takes: "the backups of guests that are left out, or of all when it is off",
      by: LEAVES_OUT,
      ofGuests: false,
      judge: leftOut,
    },
  ],
  "DELETE /cluster/backup/{id}": [
    {
      takes: "the backups that the job makes; those that there are stay",
      ofGuests: false,
      judge: deleted,
    },
  ],
} as const satisfies EffectTable<BackupOperation>;
