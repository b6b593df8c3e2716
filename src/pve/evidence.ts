/**
 * What an answer to a change proves. That Proxmox VE took a request says nothing of what comes of
 * it where a task does the work: the UPID of that task is the proof that it has begun.
 *
 * @module
 */
import { isOperation, type Operation, operationFact, pathParams } from "./api.ts";
import type { Args } from "./encode.ts";
import type { Attempt } from "./errors.ts";
import { parseUpid } from "./upid.ts";

/** What an operation answers when all is well. */
export type DueEvidence =
  /** The UPID of the task that does it. */
  | "task"
  /** An object with the UPID of a task that goes on for as long as its result is used. */
  | "lasting task"
  /** Nothing, and a task whose UPID nobody is told does it afterwards. */
  | "hidden task"
  /** Any answer: it is done when Proxmox VE answers. */
  | "answer";

/**
 * The parameter with which an operation waits for its own task for some seconds: it answers null
 * when that has succeeded meanwhile, and an error when it has not.
 */
export const WAITS_BY: { readonly [O in Operation]?: string } = {
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": "delay",
  "POST /nodes/{node}/qemu/{vmid}/config": "background_delay",
};

const BACKUP: Operation = "POST /nodes/{node}/vzdump";
/** What vzdump says in place of a UPID. */
const NO_BACKUP = "OK";

/** After these the read of the same path answers all the same, or speaks of something else. */
const STILL_ANSWERS: readonly RegExp[] = [
  // The next run of the job takes it away.
  /\/replication\/\{id\}$/,
  // The others move up.
  /\/\{pos\}$/,
  // It stops a task.
  /\/tasks\/\{upid\}$/,
  // What is built in gets its defaults back.
  /\/notifications\//,
  // A card of the node loses its settings.
  /\/network\/\{iface\}$/,
];

/** The read of the path of an operation, with what it names there. */
export function readOfPath(operation: Operation, args: Args): Attempt | undefined {
  const { path, params } = operationFact(operation);
  const read = `GET ${path}`;
  if (!isOperation(read)) return undefined;
  const required = Object.keys(params).filter((name) => !params[name]?.optional);
  const names = [...new Set([...pathParams(path), ...required])];
  const known = operationFact(read).params;
  const namesIt = path.endsWith("}") || names.length > pathParams(path).length;
  if (!namesIt || !names.every((name) => known[name])) return undefined;
  return { operation: read, args: Object.fromEntries(names.map((name) => [name, args[name]])) };
}

/** The read that shows whether what an operation deletes is gone: it fails then. */
export function goneBy(operation: Operation, args: Args): Attempt | undefined {
  const { method, path } = operationFact(operation);
  if (method !== "DELETE" || dueEvidence(operation) !== "answer") return undefined;
  return STILL_ANSWERS.some((form) => form.test(path)) ? undefined : readOfPath(operation, args);
}

/**
 * Deletions that PVE answers alike whether there was something to delete or not. Sources: the API
 * modules of PVE::Firewall, PVE::API2::HA, PVE::API2::ACMEPlugin, PVE::API2::Cluster,
 * PVE::API2::ReplicationConfig.
 */
const DELETES_NOTHING: readonly RegExp[] = [
  /\/firewall\/(?:aliases\/\{name\}|ipset\/\{name\}\/\{cidr\})$/,
  // With `force`.
  /^DELETE \/cluster\/replication\/\{id\}$/,
  /^DELETE \/cluster\/(?:acme\/plugins|ha\/(?:rules|groups)|mapping\/\w+|metrics\/server)\/\{\w+\}$/,
];

/** The read that shows, before a deletion, whether there is something to delete; PVE does not say. */
export function thereBy(operation: Operation, args: Args): Attempt | undefined {
  return DELETES_NOTHING.some((form) => form.test(operation))
    ? readOfPath(operation, args)
    : undefined;
}

/** What proves that an operation did, or began, what it was asked. */
export function dueEvidence(operation: Operation): DueEvidence {
  const fact = operationFact(operation);
  if (fact.task) return "task";
  if (fact.taskField !== undefined) return "lasting task";
  return fact.hiddenTask ? "hidden task" : "answer";
}

/** Proxmox VE took a change, and what it answered does not prove that anything came of it. */
export class UnprovenError extends Error {
  override readonly name = "UnprovenError";

  constructor(
    readonly attempt: Attempt,
    message: string,
    readonly details: {
      /** It is known that there was nothing to do. */
      readonly nothingDone?: boolean;
      /** The read that shows what was to be gone. */
      readonly stillThere?: Attempt;
    } = {},
  ) {
    super(message);
  }
}

/** An answer in words; what is in one that is not understood may be secret. */
function answered(data: unknown): string {
  if (data === NO_BACKUP) return `"${NO_BACKUP}"`;
  const isEmpty = data === null || data === undefined || data === "" ||
    (Array.isArray(data) && data.length === 0);
  return isEmpty ? "nothing" : "something else";
}

function fieldOf(data: unknown, name: string): unknown {
  return (data as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

/**
 * The UPID in the answer to a change; undefined when none is due.
 *
 * @throws {UnprovenError} When one is due, and is not there.
 */
export function provenTask(operation: Operation, args: Args, data: unknown): string | undefined {
  const { task, taskField } = operationFact(operation);
  if (!task && taskField === undefined) return undefined;
  const upid = parseUpid(taskField === undefined ? data : fieldOf(data, taskField))?.upid;
  if (upid !== undefined) return upid;
  const waits = args[WAITS_BY[operation] ?? ""] !== undefined;
  if (data === null && waits) return undefined;
  const saysNothingToDo = operation === BACKUP && data === NO_BACKUP;
  // To end the backups that run, it needs no task.
  if (saysNothingToDo && args.stop) return undefined;
  const message = `Proxmox VE answered ${answered(data)} where the UPID of a task is due`;
  throw new UnprovenError({ operation, args }, message, { nothingDone: saysNothingToDo });
}
