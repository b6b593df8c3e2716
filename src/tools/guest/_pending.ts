/**
 * Configuration that differs from what the running guest has: in effect from its next start.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { guestOperation, operationFact, paramFact } from "../../pve/api.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, Outcome } from "../../tool/define.ts";
import { MASK } from "../../answer/mask.ts";
import { isSecretName } from "../../pve/secret_names.ts";
import { bridgeNotes, BRIDGES } from "../_bridges.ts";
import { configNotes } from "./_config_notes.ts";
import { type Place, placeArgs } from "./_state.ts";

/** What a change of the config reads, before and after. */
export const CONFIG_READS = [
  "GET /nodes/{node}/{type}/{vmid}/config",
  "GET /nodes/{node}/{type}/{vmid}/pending",
  BRIDGES,
] as const;

/** A row of `/pending`: a key, its value now, and what will be. */
export interface PendingRow {
  readonly key: string;
  readonly value?: unknown;
  readonly pending?: unknown;
  /** 1: will be removed; 2: with its volume. */
  readonly delete?: number;
}

/** Rows of keys that will change. */
export function differing(rows: readonly PendingRow[]): PendingRow[] {
  return rows.filter((row) => row.pending !== undefined || Boolean(row.delete));
}

async function rowsOf(context: ReadContext, guest: Place): Promise<PendingRow[]> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/pending", guest.type);
  return (await context.request(operation, placeArgs(guest))).data as PendingRow[] ?? [];
}

/** `2048 → 4096`, `on → removed` */
function changeText({ key, value, pending, ...row }: PendingRow): string {
  if (isSecretName(key)) return `${MASK} → ${row.delete ? "removed" : MASK}`;
  return `${value ?? "unset"} → ${row.delete ? "removed" : pending}`;
}

function pendingIn(all: readonly PendingRow[]): Record<string, string> | undefined {
  const rows = differing(all);
  if (rows.length === 0) return undefined;
  return Object.fromEntries(rows.map((row) => [row.key, changeText(row)]));
}

/** What will change, by key, as `now → then`; undefined when nothing will. */
export async function pendingOf(
  context: ReadContext,
  guest: Place,
): Promise<Record<string, string> | undefined> {
  return pendingIn(await rowsOf(context, guest));
}

/** The config of a guest, and what of it waits for the next start, from one read. */
export async function configAndPending(
  context: ReadContext,
  guest: Place,
): Promise<{ config: Readonly<Record<string, unknown>>; pending?: Record<string, string> }> {
  const rows = await rowsOf(context, guest);
  return { config: configThen(rows), ...defined({ pending: pendingIn(rows) }) };
}

/** Keys that a call sets or deletes. */
function sentKeys(args: Args): string[] {
  return [...new Set([...Object.keys(args), ...splitList(args.delete)])];
}

/** The value that a key has from the next start on; undefined when it has none. */
function valueThen({ value, pending, delete: removed }: PendingRow): unknown {
  return removed ? undefined : pending ?? value;
}

/** The config as it is from the next start on. */
function configThen(rows: readonly PendingRow[]): Readonly<Record<string, unknown>> {
  return defined(Object.fromEntries(rows.map((row) => [row.key, valueThen(row)])));
}

/** Where what was changed takes effect, unless all of it waits for the next start. */
function effectNotes(guest: Guest, changed: readonly string[], waiting: boolean): string[] {
  if (changed.length === 0) return [];
  if (guest.status === "stopped") return ["It is stopped: in effect from its next start"];
  return waiting ? [`In effect now: ${changed.join(", ")}`] : ["In effect now"];
}

/** What a change of the config came to: in effect, pending, or, after a failure, what is there. */
export async function configOutcome(
  context: ReadContext,
  args: Args,
  end: CallResult,
): Promise<Outcome> {
  const guest = guestOf(context);
  if (end.state === "failed") return { notes: [await readBack(context, guest, args)] };
  const [rows, bridges] = await Promise.all([
    rowsOf(context, guest),
    bridgeNotes(context, guest.node, args),
  ]);
  const keys = configKeys(guest, args);
  const pending = pendingIn(rows);
  const waiting = keys.filter((key) => Object.hasOwn(pending ?? {}, key));
  const changed = keys.filter((key) => !waiting.includes(key));
  const done = end.state === "done";
  return {
    ...defined({
      title: waiting.length === 0 || !done
        ? undefined
        : `Written, in effect from the next start of ${nameOf(guest)}: ${waiting.join(", ")}`,
    }),
    object: { ...(done ? valuesOf(rows, changed) : {}), ...defined({ pending }) },
    notes: [
      ...(done ? effectNotes(guest, changed, waiting.length > 0) : []),
      ...(pending ? ["proxmox_guest_reboot puts into effect what is pending"] : []),
      ...configNotes(guest.type, configThen(rows), keys),
      ...bridges,
    ],
  };
}

/** What keys hold now, as the config writes it. */
function valuesOf(rows: readonly PendingRow[], keys: readonly string[]): Record<string, string> {
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  return Object.fromEntries(keys.map((key) => {
    const value = values.get(key);
    if (isSecretName(key)) return [key, value === undefined ? `${MASK} → removed` : MASK];
    return [key, value === undefined ? "not set" : String(value)];
  }));
}

/** Parameters of a change that are no keys of the config. */
const NO_KEYS = new Set(
  "delete revert digest force skiplock background_delay import-working-storage".split(" "),
);

/** Keys of the config that a call sets or deletes. */
function configKeys(guest: Place, args: Args): string[] {
  const change = operationFact(
    guestOperation("PUT /nodes/{node}/{type}/{vmid}/config", guest.type),
  );
  const { path } = change;
  return sentKeys(args).filter((key) =>
    !NO_KEYS.has(key) && !path.includes(`{${key}}`) && paramFact(change, key)
  );
}

/** What the keys of a failed change hold now: PVE may have written some before it failed. */
async function readBack(context: ReadContext, guest: Guest, args: Args): Promise<string> {
  const keys = configKeys(guest, args);
  const rows = new Map((await rowsOf(context, guest)).map((row) => [row.key, row]));
  const texts = keys.map((key) => {
    const row = rows.get(key);
    if (!row) return `${key} is not set`;
    if (differing([row]).length > 0) return `${key} is ${changeText(row)} (pending)`;
    return `${key} is ${isSecretName(key) ? MASK : row.value}`;
  });
  return `After the failure, in the config of ${nameOf(guest)}: ${texts.join("; ")}`;
}
