/**
 * Columns of the list of guests that take more than the cluster's own list: the state from one
 * request per node, the others from one or two per guest.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import { guestOperation } from "../../pve/api.ts";
import type { Guest } from "../../pve/guests.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { AnswerOptions, ReadContext } from "../../tool/context.ts";
import { FieldNames } from "../../answer/fields.ts";
import { filterRows } from "../../answer/filter.ts";
import { filterWords, parseFilter, withoutFields } from "../../answer/filter_terms.ts";
import { DEFAULT_LIMIT, namedFields, pageOf } from "../../answer/list.ts";
import { guestAddresses } from "./_addresses.ts";
import { differing, type PendingRow } from "./_pending.ts";
import { RATES, ratesOf } from "./_rates.ts";
import { placeArgs } from "./_state.ts";

/** What one request for a guest's config with its pending changes tells. */
const FROM_CONFIG = ["pending", "ostype", "notes", "storages"];
const FROM_GUEST = [...FROM_CONFIG, "addresses", ...RATES];
/** Columns that are there when they are asked for. */
export const ON_DEMAND = ["state", "cpu_used", ...FROM_GUEST];
/** Guests that one call looks into. */
const MOST_GUESTS = 500;

/** Words of the column `state` that no other column has. */
const STATES =
  /^(?:paused|suspended|locked|prelaunch|postmigrate|inmigrate|shutdown|(?:io|internal)-error)$/;

/** The options with `status=paused` read as what it means: the cluster knows no such status. */
export function byState(options: AnswerOptions): AnswerOptions {
  if (options.filter === undefined) return options;
  const meant = options.filter.replaceAll(
    /\bstatus(?=(?:!=|={1,3})(?:paused|suspended|locked|prelaunch|io-error|internal-error)\b)/gi,
    "state",
  );
  return { ...options, filter: meant };
}

/** Columns on demand that a call names, in its filter's words too. */
export function demanded(options: AnswerOptions): string[] {
  const named = [...options.fields ?? [], ...namedFields(options)].map((each) =>
    each.toLowerCase()
  );
  const words = options.filter === undefined ? [] : filterWords(parseFilter(options.filter));
  return ON_DEMAND.filter((name) =>
    named.includes(name) || (name === "state" && words.some((word) => STATES.test(word)))
  );
}

function guestOfRow(row: Row): Pick<Guest, "vmid" | "type" | "node"> & Row {
  return row as ReturnType<typeof guestOfRow>;
}

/** The answers for all that could be asked; those that could not be are one note for each reason. */
async function ask<T, R>(
  context: ReadContext,
  asked: readonly T[],
  columns: string,
  label: (each: T) => string,
  read: (each: T) => Promise<R>,
): Promise<Map<T, R>> {
  const results = await Promise.allSettled(asked.map(read));
  context.signal.throwIfAborted();
  const unread = new Map<string, string[]>();
  const found = new Map<T, R>();
  results.forEach((result, index) => {
    const each = asked[index] as T;
    if (result.status === "fulfilled") return void found.set(each, result.value);
    const reason = errorMessage(result.reason);
    unread.set(reason, [...unread.get(reason) ?? [], label(each)]);
  });
  for (const [reason, names] of unread) {
    context.notes.push(`${columns} of ${names.join(", ")} not known: ${reason}`);
  }
  return found;
}

/** `paused`, `suspended`, `running, locked`: finer than the status. */
function stateText({ status, lock }: Row, qmpstatus: unknown): string {
  if (lock === "suspended") return "suspended";
  const word = String(status === "running" ? qmpstatus ?? status : status);
  return lock === undefined ? word : `${word}, locked`;
}

/** The rows with their state, which only the nodes of running VMs tell. */
async function withState(context: ReadContext, rows: readonly Row[]): Promise<Row[]> {
  const running = rows.filter((row) => row.type === "qemu" && row.status === "running");
  const nodes = [...new Set(running.map((row) => String(row.node)))];
  const lists = await ask(context, nodes, "state", String, async (node) => {
    const { data } = await context.request("GET /nodes/{node}/qemu", { node, full: true });
    return data as readonly Row[];
  });
  const now = new Map([...lists.values()].flat().map((row) => [Number(row.vmid), row]));
  return rows.map((row) => {
    const { qmpstatus, lock } = now.get(Number(row.vmid)) ?? {};
    return { ...row, state: stateText(lock === undefined ? row : { ...row, lock }, qmpstatus) };
  });
}

/** What the config of a guest holds, and what of it waits. */
function configColumns(rows: readonly PendingRow[]): Row {
  const config = new Map(rows.map(({ key, value }) => [key, value]));
  const volume = /^(?:(?:ide|sata|scsi|virtio|mp|unused)\d+|rootfs|efidisk0|tpmstate0)$/;
  const storages = [...config].filter(([key]) => volume.test(key)).map(([, value]) =>
    /^([a-z][\w.-]*):/i.exec(String(value))?.[1]
  );
  const pending = differing(rows).map(({ key }) => key);
  return {
    pending: pending.length === 0 ? undefined : pending.join(", "),
    ostype: config.get("ostype"),
    notes: config.get("description"),
    storages: [...new Set(storages)].filter((each) => each !== undefined).sort().join(", "),
  };
}

async function addressesOf(context: ReadContext, row: Row): Promise<string | undefined> {
  const state = { status: String(row.status), agent: 1 };
  const found = await guestAddresses(context, row as unknown as Guest, state);
  if ("known" in found) return Object.values(found.known).flat().join(", ");
  if (row.status !== "running") return undefined;
  throw new TypeError(found.unknown);
}

/** The rows with what is read of each guest. */
async function withConfig(
  context: ReadContext,
  rows: readonly Row[],
  wanted: readonly string[],
): Promise<Row[]> {
  const name = (row: Row): string => String(row.name ?? row.vmid);
  // What is off has nothing that waits for its next start.
  const onlyRunning = wanted.every((each) => ["pending", "addresses", ...RATES].includes(each));
  const known = rows.filter(({ status, lock }) =>
    onlyRunning ? status === "running" || lock === "suspended" : status !== "unknown"
  );
  if (known.length > MOST_GUESTS) {
    throw new ToolError(`Cannot look into ${known.length} guests in one call`, {
      reason: `${wanted.join(", ")} take a request for each guest, and ${MOST_GUESTS} are the most`,
      notes: ['node, type or a filter such as "status=running" leave fewer'],
    });
  }
  const inConfig = wanted.filter((each) => FROM_CONFIG.includes(each));
  const configs = inConfig.length > 0
    ? await ask(context, known, inConfig.join(", "), name, async (row) => {
      const guest = guestOfRow(row);
      const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/pending", guest.type);
      const { data } = await context.request(operation, placeArgs(guest));
      return configColumns(data as readonly PendingRow[]);
    })
    : new Map<Row, Row>();
  const addresses = wanted.includes("addresses")
    ? await ask(context, known, "addresses", name, (row) => addressesOf(context, row))
    : new Map<Row, string>();
  const rates = wanted.some((each) => RATES.includes(each))
    ? await ask(
      context,
      known.filter(({ status }) => status === "running"),
      "rates",
      name,
      (row) => ratesOf(context, guestOfRow(row)),
    )
    : new Map<Row, Row>();
  return rows.map((row) => {
    const all: Row = {
      ...configs.get(row),
      ...rates.get(row),
      addresses: addresses.get(row),
    };
    return { ...row, ...Object.fromEntries(wanted.map((each) => [each, all[each]])) };
  });
}

/** The row with the cores that its guest uses: 25 % of 2 are less than 19 % of 4. */
function withCores(row: Row): Row {
  const { cpu, maxcpu } = row;
  const isKnown = typeof cpu === "number" && typeof maxcpu === "number";
  return isKnown ? { ...row, cpu_used: cpu * maxcpu } : row;
}

/** The rows that a filter may choose, judged by what is known without asking. */
function mayFit(rows: readonly Row[], { filter }: AnswerOptions): readonly Row[] {
  if (filter === undefined) return rows;
  return filterRows(rows, withoutFields(parseFilter(filter), ON_DEMAND), new FieldNames(rows), []);
}

/** The rows with the columns that a call asks for; only those rows are asked that it needs. */
export async function withColumns(
  context: ReadContext,
  rows: readonly Row[],
  options: AnswerOptions,
): Promise<readonly Row[]> {
  const wanted = demanded(options);
  if (wanted.length === 0) return rows;
  const given = wanted.includes("cpu_used") ? rows.map(withCores) : rows;
  const found = await lookedInto(context, mayFit(given, options), options, wanted);
  const byNumber = new Map(found.map((row) => [row.vmid, row]));
  return given.map((row) => byNumber.get(row.vmid) ?? row);
}

/** The rows of the page; of several clusters' rows together, all that may be on it. */
function onePageOf({ collect, ...options }: AnswerOptions): AnswerOptions {
  const { offset = 0, limit = DEFAULT_LIMIT } = options;
  const page = collect ? { offset: 0, limit: offset + limit } : {};
  return { ...options, ...page, fields: ["vmid"] };
}

async function lookedInto(
  context: ReadContext,
  rows: readonly Row[],
  options: AnswerOptions,
  wanted: readonly string[],
): Promise<readonly Row[]> {
  const states = wanted.includes("state") ? await withState(context, rows) : rows;
  const perGuest = wanted.filter((name) => FROM_GUEST.includes(name));
  if (perGuest.length === 0) return states;
  const decides = namedFields(options).some((name) => FROM_GUEST.includes(name.toLowerCase()));
  if (decides) return await withConfig(context, states, perGuest);
  // They are shown and decide nothing: those of the page are enough.
  const page = pageOf(states, onePageOf(options));
  const shown = new Set(page.rows.map(([vmid]) => vmid));
  const looked = await withConfig(
    context,
    states.filter((row) => shown.has(row.vmid)),
    perGuest,
  );
  return [...states, ...looked];
}
