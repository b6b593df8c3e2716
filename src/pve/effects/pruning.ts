/**
 * Backups that a retention removes: at once, or when a new one is made.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../encode.ts";
import { type Guest, nameOf } from "../guests.ts";
import { keepsAll, keptBackups, type Retention, RULES } from "../retention.ts";
import { type CurrentState, isOn, type Loss } from "./effect.ts";
import { listText } from "./lists.ts";
import { readRow, readRows, type Row } from "./read.ts";

/** Where backups are: a storage, as some nodes see it. */
export interface BackupPlace {
  readonly nodes: readonly string[];
  readonly storage: string;
}

/** A retention as requests write it, or as jobs have it; undefined when there is none. */
export function retentionOf(value: unknown): Retention | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "object") {
    return Object.fromEntries(String(value).split(",").map((part) => part.split("=")));
  }
  return Object.fromEntries(Object.entries(value).map(([rule, count]) => [rule, String(count)]));
}

/** `keep-last=3,keep-daily=7` */
export function retentionText(retention: Retention): string {
  return Object.entries(retention).map(([rule, count]) => `${rule}=${count}`).join(",");
}

/** True for a retention that may remove what another, or none, keeps. */
export function keepsLess(after: Retention | undefined, before: Retention | undefined): boolean {
  if (after === undefined || keepsAll(after)) return false;
  if (before === undefined || keepsAll(before)) return true;
  return RULES.some((rule) => Number(after[rule] ?? 0) < Number(before[rule] ?? 0));
}

/** Backups of one guest, and those of them that go. */
interface Group {
  readonly vmid: number;
  readonly all: number;
  readonly gone: number;
}

/** A backup that is yet to be made, and the clock by which PVE tells days. */
interface NewBackup {
  readonly ctime: number;
  readonly offset: number;
}

function goneOf(rows: readonly Row[], retention: Retention, added?: NewBackup): number {
  if (!added) return rows.filter(({ mark }) => mark === "remove").length;
  const backups = rows.filter(({ mark }) => mark === "keep" || mark === "remove")
    .map(({ volid, ctime }) => ({ volid: String(volid), ctime: Number(ctime) }))
    .sort((one, other) => other.ctime - one.ctime);
  const newest = { volid: "", ctime: added.ctime };
  const kept = keptBackups([newest, ...backups], retention, added.offset);
  return backups.filter(({ volid }) => !kept.has(volid)).length;
}

function groupsOf(
  rows: readonly Row[],
  retention: Retention,
  added?: NewBackup,
): readonly Group[] {
  const byGuest = Map.groupBy(rows, ({ type, vmid }) => `${type}/${vmid}`);
  return [...byGuest.values()].map((group) => ({
    vmid: Number(group[0]?.vmid),
    all: group.length,
    gone: goneOf(group, retention, added),
  })).filter(({ gone }) => gone > 0);
}

/** `web01 (100)`, or the number of a guest that is no more. */
function guestText(guests: readonly Guest[], vmid: number): string {
  const guest = guests.find((each) => each.vmid === vmid);
  return guest ? nameOf(guest) : `guest ${vmid}`;
}

async function lossOf(
  groups: readonly Group[],
  what: string,
  state: CurrentState,
): Promise<Loss[]> {
  if (groups.length === 0) return [];
  const guests = await state.guests();
  const texts = groups.map(({ vmid, gone, all }) =>
    `${gone} of ${all} of ${guestText(guests, vmid)}`
  );
  return [{
    what: `${what}: ${listText(texts)}`,
    guests: [...new Set(groups.map(({ vmid }) => vmid))],
  }];
}

/** What pruning does on some nodes to each backup; undefined when any could not be read. */
async function marksOf(
  nodes: readonly string[],
  args: Args,
  state: CurrentState,
): Promise<readonly Row[] | undefined> {
  const operation = "GET /nodes/{node}/storage/{storage}/prunebackups";
  const found = await Promise.all(
    nodes.map((node) => readRows(state, operation, { node, ...args })),
  );
  if (found.length === 0 || found.some((rows) => !rows)) return undefined;
  // What several nodes see has the same name on each.
  const rows = found.flatMap((each) => each ?? []);
  return [...new Map(rows.map((row) => [row.volid, row])).values()];
}

/** What pruning removes now. Without a retention it is the storage's own. */
export async function prunedNow(
  { nodes, storage }: BackupPlace,
  chosen: {
    readonly retention: Retention | undefined;
    readonly vmid?: string;
    readonly type?: string;
  },
  state: CurrentState,
): Promise<Loss[]> {
  const { retention, ...others } = chosen;
  const text = retention && retentionText(retention);
  const rows = await marksOf(nodes, {
    ...{ storage, ...others },
    ...defined({ "prune-backups": text }),
  }, state);
  const what = `backups on ${storage} that ${text ?? "its retention"} does not keep`;
  if (rows) return await lossOf(groupsOf(rows, retention ?? {}), what, state);
  const guests = others.vmid === undefined
    ? (await state.guests()).map(({ vmid }) => vmid)
    : [Number(others.vmid)];
  return [{ what: `${what}, which could not be read`, guests }];
}

/** Of some nodes, those that each see other backups on a storage; of a shared one, any. */
export async function nodesOfBackups(
  storage: string,
  [node, ...others]: readonly string[],
  state: CurrentState,
): Promise<readonly string[]> {
  if (node === undefined) return [];
  const operation = "GET /nodes/{node}/storage/{storage}/status";
  const status = await readRow(state, operation, { node, storage });
  return isOn(status?.shared) ? [node] : [node, ...others];
}

/** What a retention removes of some guests' backups when each of them gets a new one. */
export async function prunedByNew(
  { nodes, storage }: BackupPlace,
  retention: Retention,
  guests: readonly number[],
  state: CurrentState,
): Promise<Loss[]> {
  if (guests.length === 0) return [];
  const text = retentionText(retention);
  const [rows, clock] = await Promise.all([
    marksOf(nodes, { storage, "prune-backups": text }, state),
    nodes[0] === undefined ? undefined : readRow(state, "GET /nodes/{node}/time", {
      node: nodes[0],
    }),
  ]);
  const [ctime, local] = [Number(clock?.time), Number(clock?.localtime)];
  const what = `older backups on ${storage} that ${text} does not keep`;
  if (!rows || !(ctime > 0) || !(local > 0)) {
    return [{ what: `${what}, which could not be read`, guests }];
  }
  const own = rows.filter(({ vmid }) => guests.includes(Number(vmid)));
  return await lossOf(groupsOf(own, retention, { ctime, offset: local - ctime }), what, state);
}
