/**
 * Looks which clusters have what a call names.
 *
 * @module
 */
import { abortable } from "../../base/async/abortable.ts";
import type { Clock } from "../../base/async/clock.ts";
import { LinkedController } from "../../base/async/linked_signal.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { nearest } from "../../base/text/nearest.ts";
import type { Operation } from "../../pve/api.ts";
import { PveError } from "../../pve/errors.ts";
import { describeGuest } from "../../pve/guests.ts";
import { parseUpid } from "../../pve/upid.ts";
import type { Row } from "../../tool/answer.ts";
import type { Clusters } from "../../tool/clusters.ts";
import type { Services } from "../../tool/services.ts";
import type { Reference } from "./references.ts";

/** Seconds that a cluster has to say whether it has something. */
const LOOK_SECONDS = 5;

/** Whether a cluster has what is looked for; undefined when it does not say. */
export interface Holding {
  readonly has: boolean | undefined;
  /** What it has of that name, in words; or why nobody knows. */
  readonly as: readonly string[];
  /** What it has of a similar name. */
  readonly near?: readonly string[];
}

/** Work that is given up when its time is over. */
export async function within<T>(
  clock: Clock,
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using controller = new LinkedController(signal);
  const cancel = clock.after(
    seconds * 1000,
    () => controller.abort(new Error(`no answer within ${seconds} seconds`)),
  );
  try {
    return await abortable(work(controller.signal), controller.signal);
  } finally {
    cancel();
  }
}

async function names(
  { pve }: Services,
  operation: Operation,
  field: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { data } = await pve.request(operation, {}, { signal });
  return (data as readonly Row[]).map((row) => String(row[field]));
}

/** Where the names of other things are listed. */
const LISTS = {
  node: ["GET /nodes", "node"],
  storage: ["GET /storage", "storage"],
  pool: ["GET /pools", "poolid"],
} as const;

async function listed(
  services: Services,
  kind: keyof typeof LISTS,
  word: string,
  signal: AbortSignal,
): Promise<Holding> {
  const [operation, field] = LISTS[kind];
  const all = await names(services, operation, field, signal);
  if (all.includes(word)) return { has: true, as: [`${kind} "${word}"`] };
  return { has: false, as: [], near: nearest(word, all, 2) };
}

async function guest(
  { guests }: Services,
  { word, node }: Reference,
  isExact: boolean,
  signal: AbortSignal,
): Promise<Holding> {
  const { guests: meant, nameless, all } = await guests.meaning(word, { isExact, signal });
  const there = meant.filter((each) => each.node === node);
  const found = there.length > 0 ? there : meant;
  if (found.length > 0) return { has: true, as: found.map(describeGuest) };
  const nodes = [...new Set(nameless.map((each) => each.node))].sort();
  if (nodes.length > 0) {
    return { has: undefined, as: [`names of guests on ${nodes.join(", ")} are not known now`] };
  }
  return { has: false, as: [], near: nearest(word, all.map(({ name }) => name), 2) };
}

/** The node of a task knows it, and a node of the same name in another cluster does not. */
async function task(services: Services, upid: string, signal: AbortSignal): Promise<Holding> {
  const node = parseUpid(upid)?.node ?? "";
  const isThere = await listed(services, "node", node, signal);
  if (!isThere.has) return { has: false, as: [] };
  try {
    await services.pve.request("GET /nodes/{node}/tasks/{upid}/status", { node, upid }, { signal });
  } catch (error) {
    const isAnswer = error instanceof PveError && error.status <= 501 && error.status !== 403;
    if (isAnswer) return { has: false, as: [] };
    throw error;
  }
  return { has: true, as: [`the task on ${node}`] };
}

function look(
  services: Services,
  reference: Reference,
  isExact: boolean,
  signal: AbortSignal,
): Promise<Holding> {
  const { kind, word } = reference;
  if (kind === "guest") return guest(services, reference, isExact, signal);
  if (kind === "task") return task(services, word, signal);
  return listed(services, kind, word, signal);
}

/**
 * Whether each cluster has what is named, all asked at once.
 *
 * @param isExact Before a change: what is there now, seen or not.
 * @throws The signal's reason, when it is aborted.
 */
export async function holdings(
  clusters: Clusters,
  reference: Reference,
  isExact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Holding>> {
  const found = await Promise.all([...clusters].map(async ([name, services]) => {
    const holding = await within(
      services.clock,
      LOOK_SECONDS,
      signal,
      (signal) => look(services, reference, isExact, signal),
    ).catch((error): Holding => ({ has: undefined, as: [errorMessage(error)] }));
    return [name, holding] as const;
  }));
  signal.throwIfAborted();
  return new Map(found);
}
