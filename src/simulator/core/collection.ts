/**
 * Serves a collection of named entries, as PVE keeps them in one file: list, create, read, update
 * with `delete` and `digest`, delete. A resource states its path, key and messages; the operations
 * that PVE has for it come from the API facts.
 *
 * @module
 */
import {
  isOperation,
  type Method,
  type Operation,
  type OperationFact,
  operationFact,
} from "../../pve/api.ts";
import type { Call } from "./call.ts";
import type { Cluster } from "./cluster.ts";
import { assertUnmodified, type DigestKind, digestOf } from "./digest.ts";
import { type Handler, type Handlers, knownOperations } from "./handler.ts";
import { fields, list, named, text } from "./params.ts";
import { type ApiError, during, failed } from "./refusal.ts";
import type { Entry } from "./tables.ts";

/** Shapes an entry for an answer; `entry` is a copy that holds key and digest already. */
type Shape = (entry: Entry, cluster: Cluster, call: Call) => Entry;

/** A collection of entries by name. */
export interface Collection {
  /** Name of the table, or what names it when the collection lies inside something. */
  readonly table: string | ((call: Call) => string);
  /** Path of the list; that of an entry is `base/{key}`. */
  readonly base: string;
  /** Name of the parameter and field that holds an entry's name. */
  readonly key: string;
  /** Name of the entry that a call is about, where it is not simply the parameter. */
  readonly name?: (cluster: Cluster, call: Call) => string;
  /** PVE's refusals of a name that is unknown (undefined: a deletion is silent), or taken. */
  readonly missing: (name: string, method: Method, call: Call) => ApiError | undefined;
  readonly exists: (name: string, call: Call) => ApiError;
  /** PVE's name of a step, which then stands before messages. */
  readonly steps?: Partial<Record<Method, string>>;
  /** Hash of the digest, or false where PVE answers none. */
  readonly digest?: DigestKind | false;
  /** Leaves the name out of the answer to a single read. */
  readonly keyless?: boolean;
  readonly shape?: Shape;
  readonly shapeInList?: Shape;
  /** Which entries a caller sees in the list. */
  readonly visible?: (name: string, cluster: Cluster, call: Call, entry: Entry) => boolean;
  /** Refuses a creation before its step begins: the refusal then has no step before it. */
  readonly check?: (cluster: Cluster, call: Call) => void;
  /** Refuses or completes an entry before it is kept; `before` is the entry to be replaced. */
  readonly prepare?: (entry: Entry, cluster: Cluster, call: Call, before?: Entry) => void;
  /** Refuses a deletion, or removes what belongs to the entry. */
  readonly release?: (name: string, cluster: Cluster, call: Call, entry: Entry) => void;
  /** What a create or update answers; null when absent. */
  readonly answer?: (name: string, cluster: Cluster, entry: Entry) => unknown;
  /** Parameters that are no property of the entry. */
  readonly transient?: readonly string[];
}

/** Handlers of those operations of a collection that PVE has. */
export function collection(def: Collection): Handlers {
  const item = `${def.base}/{${def.key}}`;
  return knownOperations({
    [`GET ${def.base}`]: (cluster, call) => listEntries(def, cluster, call),
    [`GET ${item}`]: (cluster, call) => readEntry(def, cluster, call),
    [`POST ${def.base}`]: step(def, "POST", createEntry),
    [`POST ${item}`]: step(def, "POST", createEntry),
    [`PUT ${item}`]: step(def, "PUT", updateEntry),
    [`DELETE ${item}`]: step(def, "DELETE", deleteEntry),
  });
}

/** The table that a call of this collection is about. */
function tableOf(def: Collection, cluster: Cluster, call: Call): Map<string, Entry> {
  return cluster.table(typeof def.table === "string" ? def.table : def.table(call));
}

export function tableDigest(table: ReadonlyMap<string, Entry>, kind?: DigestKind): string {
  return digestOf([...table], kind);
}

/**
 * Applies the parameters of an update to a copy of an entry: `delete` unsets, all others set.
 *
 * @throws {ApiError} When an option is unknown, fixed, required, or both set and deleted.
 */
export function updated(before: Entry, call: Call, omit: readonly string[] = []): Entry {
  const settings = fields(call, ["delete", "digest", ...omit]);
  const entry = { ...before };
  for (const option of list(call, "delete")) {
    assertDeletable(option, settings, call.operation);
    delete entry[option];
  }
  return { ...entry, ...settings };
}

function assertDeletable(option: string, settings: Entry, operation: Operation): void {
  const updates = operationFact(operation).params;
  const known = Object.hasOwn(updates, option);
  const creation = creationOf(operation)?.[option];
  if (!known && !creation) throw failed(`no such option '${option}'`);
  if (creation && !creation.optional) throw failed(`unable to delete required option '${option}'`);
  if (!known) throw failed(`unable to delete fixed option '${option}'`);
  if (option in settings) {
    throw failed(`cannot set and delete property '${option}' at the same time!`);
  }
}

function creationOf(operation: Operation): OperationFact["params"] | undefined {
  const path = operationFact(operation).path;
  const names = [`POST ${path}`, `POST ${path.slice(0, path.lastIndexOf("/"))}`];
  const name = names.find((each) => isOperation(each));
  return name && operationFact(name).params;
}

type Change = (def: Collection, cluster: Cluster, call: Call) => unknown;

function step(def: Collection, method: Method, change: Change): Handler {
  const stepName = def.steps?.[method];
  return (cluster, call) => {
    if (method === "POST") def.check?.(cluster, call);
    const work = (): unknown => change(def, cluster, call);
    return stepName === undefined ? work() : during(stepName, work);
  };
}

/** The digest as answers have it, where PVE answers one. */
function digestFields(def: Collection, table: ReadonlyMap<string, Entry>): Entry {
  return def.digest === false ? {} : { digest: tableDigest(table, def.digest) };
}

function listEntries(def: Collection, cluster: Cluster, call: Call): Entry[] {
  const table = tableOf(def, cluster, call);
  const digest = digestFields(def, table);
  const shape = def.shapeInList ?? def.shape;
  const rows: Entry[] = [];
  for (const [name, entry] of table) {
    if (def.visible && !def.visible(name, cluster, call, entry)) continue;
    const row = { [def.key]: name, ...entry, ...digest };
    rows.push(shape ? shape(row, cluster, call) : row);
  }
  return rows;
}

function nameOf(def: Collection, cluster: Cluster, call: Call): string {
  return def.name?.(cluster, call) ?? named(call, def.key);
}

function found(def: Collection, cluster: Cluster, call: Call, method: Method): Entry {
  const name = nameOf(def, cluster, call);
  const entry = tableOf(def, cluster, call).get(name);
  if (!entry) throw def.missing(name, method, call) ?? failed(`no such entry '${name}'`);
  return entry;
}

function readEntry(def: Collection, cluster: Cluster, call: Call): Entry {
  const entry = found(def, cluster, call, "GET");
  const row: Entry = {
    ...(def.keyless ? {} : { [def.key]: nameOf(def, cluster, call) }),
    ...entry,
    ...digestFields(def, tableOf(def, cluster, call)),
  };
  return def.shape ? def.shape(row, cluster, call) : row;
}

function createEntry(def: Collection, cluster: Cluster, call: Call): unknown {
  const table = tableOf(def, cluster, call);
  const name = nameOf(def, cluster, call);
  if (table.has(name)) throw def.exists(name, call);
  const entry = fields(call, [def.key, "digest", "delete", ...(def.transient ?? [])]);
  def.prepare?.(entry, cluster, call);
  table.set(name, entry);
  return def.answer?.(name, cluster, entry) ?? null;
}

function updateEntry(def: Collection, cluster: Cluster, call: Call): unknown {
  const table = tableOf(def, cluster, call);
  if (def.digest !== false) assertUnmodified(tableDigest(table, def.digest), text(call, "digest"));
  const before = found(def, cluster, call, "PUT");
  const entry = updated(before, call, [def.key, ...(def.transient ?? [])]);
  def.prepare?.(entry, cluster, call, before);
  const name = nameOf(def, cluster, call);
  table.set(name, entry);
  return def.answer?.(name, cluster, entry) ?? null;
}

function deleteEntry(def: Collection, cluster: Cluster, call: Call): unknown {
  const name = nameOf(def, cluster, call);
  const entry = tableOf(def, cluster, call).get(name);
  if (!entry) {
    const refusal = def.missing(name, "DELETE", call);
    if (refusal) throw refusal;
    return null;
  }
  def.release?.(name, cluster, call, entry);
  tableOf(def, cluster, call).delete(name);
  return null;
}
