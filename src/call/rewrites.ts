/**
 * Says in the answer what a property string lost by being written anew: Proxmox VE replaces it
 * whole, so that what a call does not name is dropped, asked about or not.
 *
 * @module
 */
import { isSecretName } from "../pve/secret_names.ts";
import { ShutdownError } from "../base/process/shutdown.ts";
import {
  isOperation,
  type Operation,
  operationFact,
  pathParams,
  type ReadOperation,
} from "../pve/api.ts";
import {
  type Properties,
  propertiesIn,
  type PropertyFacts,
  propertyFacts,
} from "../pve/effects/properties.ts";
import type { Args } from "../pve/encode.ts";
import type { ReadContext } from "../tool/context.ts";

/** Values by key, as PVE answers them. */
type Values = Readonly<Record<string, unknown>>;

/** A property string that a request writes. */
interface Written {
  readonly key: string;
  readonly table: PropertyFacts;
  readonly text: string;
}

/** Property strings of a request, and what was there before it. */
export interface Rewrite {
  readonly read: ReadOperation;
  readonly place: Args;
  readonly written: readonly Written[];
  readonly before: Values;
}

const MAC = ["macaddr", "hwaddr"];

/** Property strings of more than one property; a plain value loses nothing that it does not say. */
function writtenBy(operation: Operation, args: Args): Written[] {
  return Object.entries(args).flatMap(([key, value]) => {
    const table = propertyFacts(operation, key);
    if (typeof value !== "string" || value === "" || isSecretName(key, [operation])) return [];
    return table && Object.keys(table).length > 1 ? [{ key, table, text: value }] : [];
  });
}

async function valuesOf(
  context: ReadContext,
  read: ReadOperation,
  place: Args,
): Promise<Values | undefined> {
  try {
    const { data } = await context.request(read, place);
    return typeof data === "object" && data !== null ? data as Values : undefined;
  } catch (error) {
    if (error instanceof ShutdownError) return undefined;
    // What only adds to an answer never takes its place.
    context.signal.throwIfAborted();
    return undefined;
  }
}

/** What a request is about to write anew; undefined when that is nothing, or cannot be read. */
export async function rewriteBy(
  context: ReadContext,
  { operation, request: args }: { readonly operation: Operation; readonly request: Args },
): Promise<Rewrite | undefined> {
  const { path, method } = operationFact(operation);
  const read = `GET ${path}` as ReadOperation;
  const updates = method === "PUT" || (method === "POST" && path.endsWith("/config"));
  const written = updates && isOperation(read) ? writtenBy(operation, args) : [];
  if (written.length === 0) return undefined;
  const place = Object.fromEntries(pathParams(path).map((name) => [name, args[name]]));
  const before = await valuesOf(context, read, place);
  return before && { read, place, written, before };
}

/** PVE answers some property strings in parts. */
function propertiesOf(table: PropertyFacts, value: unknown): Properties {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? {} : propertiesIn(table, String(value));
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]));
}

function isSame(name: string, before: string, after: string): boolean {
  return before === after || (MAC.includes(name) && before.toLowerCase() === after.toLowerCase());
}

/** What is dropped and what has become another, in words. */
function differences(table: PropertyFacts, before: Properties, after: Properties): string[] {
  return Object.entries(before).flatMap(([name, value]) => {
    const next = after[name];
    const byDefault = table[name]?.default ?? (table[name]?.type === "boolean" ? 0 : undefined);
    if (isSame(name, value, next ?? String(byDefault))) return [];
    const what = MAC.includes(name) ? `MAC ${value}` : `${name}=${value}`;
    return [next === undefined ? `${what} dropped` : `${what} became ${next}`];
  });
}

/** The tool that changes a part of such a key, or what else keeps it. */
function advice(key: string): string {
  return /^net\d+$/.test(key)
    ? "proxmox_guest_network keeps the rest"
    : "it is written whole: name what is to stay";
}

/**
 * What property strings no longer say, for the end of the answer: `net0: MAC BC:… became BC:…,
 * firewall=1 dropped; proxmox_guest_network keeps the rest`.
 *
 * @param tool The tool that was called: it is not told to use itself.
 * @param ended False while a task is still at it: then what was sent tells.
 */
export async function rewriteNotes(
  context: ReadContext,
  { read, place, written, before }: Rewrite,
  tool: string,
  ended: boolean,
): Promise<string[]> {
  const changed = written.flatMap(({ key, table, text }) => {
    const had = propertiesOf(table, before[key]);
    const sent = propertiesIn(table, text);
    const plain = [had, sent].every((each) =>
      Object.keys(each).every((name) => table[name]?.default_key)
    );
    return plain || differences(table, had, sent).length === 0 ? [] : [{ key, table, had, sent }];
  });
  if (changed.length === 0) return [];
  const after = ended ? await valuesOf(context, read, place) : undefined;
  return changed.flatMap(({ key, table, had, sent }) => {
    const has = after ? propertiesOf(table, after[key]) : sent;
    const words = differences(table, had, has);
    if (words.length === 0) return [];
    const hint = advice(key);
    const unnamed = Object.keys(had).some((name) => sent[name] === undefined);
    const next = unnamed && !hint.startsWith(tool) ? `; ${hint}` : "";
    return [`${key}: ${words.join(", ")}${next}`];
  });
}
