/**
 * Asks all clusters at once, and makes one answer of theirs: one list with a column `cluster`, paged,
 * sorted, grouped and filtered as a whole. One that does not answer is named.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { some } from "../../base/text/units.ts";
import { countText, type MergedPage, mergedPage, pageOf } from "../../answer/list.ts";
import { emptyListHints, noneText } from "../../answer/hints/empty_list.ts";
import type { CallSecrets } from "../../answer/secrets.ts";
import type { Answer, ListData, Row } from "../../tool/answer.ts";
import type { Clusters } from "../../tool/clusters.ts";
import type { CallInput, PageSource } from "../../tool/context.ts";
import type { RegisteredTool } from "../../tool/registry.ts";
import type { Services } from "../../tool/services.ts";
import type { ParsedCall } from "../parse.ts";
import { runTool } from "../run.ts";
import { within } from "./find.ts";

/** Seconds after which a cluster has to show that it is there. */
const SILENT_SECONDS = 5;

/** What one cluster answered. */
interface Part {
  readonly name: string;
  readonly answer: Answer;
  /** What the page of its list was made of. */
  readonly source?: PageSource;
  /** Takes the secrets of its call out of an answer. */
  readonly redact?: (answer: Answer) => Answer;
}

/** The call of all clusters. */
interface CallOfAll {
  readonly clusters: Clusters;
  readonly registered: RegisteredTool;
  readonly parsed: ParsedCall;
  readonly args: Readonly<Record<string, unknown>>;
  readonly label: string;
  readonly secrets: CallSecrets;
  readonly input: CallInput;
}

/** Gives up a cluster that is not there; one that only takes its time is waited for. */
async function whileThere<T>(
  { clock, pve }: Services,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  const cancel = clock.after(SILENT_SECONDS * 1000, () => {
    within(clock, SILENT_SECONDS, signal, (signal) => pve.request("GET /version", {}, { signal }))
      .catch((error) => gone.abort(error));
  });
  try {
    return await work(AbortSignal.any([signal, gone.signal]));
  } finally {
    cancel();
  }
}

async function partOf(
  { registered, args, input }: CallOfAll,
  name: string,
  services: Services,
): Promise<Part> {
  let source: PageSource | undefined;
  let redact: Part["redact"];
  const { progress } = input;
  const answer = await whileThere(
    services,
    input.signal,
    (signal) =>
      runTool(services, registered, args, {
        ...input,
        signal,
        ...(progress && {
          progress: (message, percent) => progress(`${name}: ${message}`, percent),
        }),
        // The last page that is made is that of the answer.
        collect: (page) => source = page,
        redacts: (own) => redact = own,
      }),
  );
  return { name, answer, ...defined({ source, redact }) };
}

/** The lists of all as one. */
function listOf(parts: readonly Part[]): MergedPage | undefined {
  const sources = parts.flatMap(({ name, answer, source }) =>
    answer.list && source ? [[name, source] as const] : []
  );
  return sources.length === 0 ? undefined : mergedPage(sources);
}

/** Objects as rows: each cluster's is one. */
function rowsOfObjects(parts: readonly Part[], { parsed }: CallOfAll): ListData | undefined {
  const rows = parts.flatMap(({ name, answer: { object } }): Row[] =>
    object ? [{ cluster: name, ...object }] : []
  );
  return rows.length === 0 ? undefined : pageOf(rows, parsed.options);
}

/** Characters of what all clusters say in their titles. */
const MAX_TITLE_CHARACTERS = 300;

/** What answers say, once, with the names of those that say it. */
function bySayer(
  parts: readonly Part[],
  textsOf: (answer: Answer) => readonly string[],
): (readonly [text: string, names: readonly string[]])[] {
  const sayers = new Map<string, string[]>();
  for (const { name, answer } of parts) {
    for (const text of new Set(textsOf(answer))) {
      sayers.set(text, [...sayers.get(text) ?? [], name]);
    }
  }
  return [...sayers];
}

/** What a title says before the number of its rows; undefined where it says none. */
function withoutCount({ title, list }: Answer): string | undefined {
  const count = list && `: ${countText(list)}`;
  const end = count === undefined ? -1 : title.lastIndexOf(count);
  // "quorate: 2 of 2 nodes online" is no number of rows.
  const isCount = count !== undefined && end >= 0 &&
    /^(?:$|[,;])/.test(title.slice(end + count.length));
  return isCount ? title.slice(0, end) : undefined;
}

/** `Guests: 24, in 2 clusters`, or in those that a filter leaves, or what each says of itself. */
function titlesOf(
  parts: readonly Part[],
  failed: readonly Part[],
  { registered: { tool }, clusters }: CallOfAll,
  merged: MergedPage | undefined,
): { readonly title: string; readonly notes: readonly string[] } {
  const count = parts.length === clusters.size
    ? clusters.size
    : `${parts.length} of ${clusters.size}`;
  const { list, fitting = [] } = merged ?? {};
  const where = fitting.length > 0 && fitting.length < parts.length
    ? `in ${some(fitting, 3)}`
    : `in ${count} clusters`;
  const kinds = parts.map(({ answer }) => withoutCount(answer));
  if (list && !kinds.includes(undefined)) {
    const [kind = tool.title, ...others] = new Set(kinds);
    const what = others.length === 0 ? kind : tool.title;
    return { title: `${what}: ${countText(list)}, ${where}`, notes: [] };
  }
  const each = bySayer(parts, ({ title }) => [title])
    .map(([title, names]) => `${names.join(", ")}: ${title}`);
  // That all is well must not be read of what nothing is known of.
  const missing = failed.length === 0
    ? []
    : [`${some(failed.map(({ name }) => name), 3)}: not shown`];
  const all = [...each, ...missing].join("; ");
  return all.length <= MAX_TITLE_CHARACTERS
    ? { title: all, notes: [] }
    : { title: `${tool.title}, ${where}`, notes: each };
}

/** What is true of each cluster beside the rows. */
function factsOf(parts: readonly Part[]): Readonly<Record<string, unknown>> | undefined {
  const facts = parts.flatMap(({ name, answer: { object = {} } }) =>
    Object.entries(object).map(([key, value]) => [`${name}: ${key}`, value] as const)
  );
  return facts.length === 0 ? undefined : Object.fromEntries(facts);
}

/** Notes that all have, once; those of some with their names. */
function notesOf(
  parts: readonly Part[],
  isTold: (note: string) => boolean = () => true,
): string[] {
  return bySayer(parts, ({ notes = [] }) => notes.filter(isTold)).map(([note, names]) =>
    names.length === parts.length ? note : `${names.join(", ")}: ${note}`
  );
}

/** What a list of all says of itself; that one cluster has none is not told where others have some. */
function listNotes(
  parts: readonly Part[],
  { list }: MergedPage,
  { parsed }: CallOfAll,
): string[] {
  const isEmpty = list.total + (list.unfiltered ?? 0) === 0;
  const none = noneText(parsed);
  return isEmpty
    ? notesOf(parts)
    : [...notesOf(parts, (note) => note !== none), ...emptyListHints(list, parsed)];
}

/** Why a cluster has no answer. */
function whyNot({ answer: { title, failure } }: Part): string {
  return `${title}${failure ? `: ${failure.reason}` : ""}`;
}

/** Why it has none, and the first of what is to do about it. */
function whyNotShown(part: Part): string {
  const [advice] = part.answer.notes ?? [];
  return advice === undefined ? whyNot(part) : `${whyNot(part)}. ${advice}`;
}

/** All have failed: with the same words in the same way, or each in its own. */
function failureOf(failed: readonly Part[], label: string): Answer {
  const [first, ...others] = failed;
  if (first && others.every((each) => whyNotShown(each) === whyNotShown(first))) {
    return first.answer;
  }
  const fault = first?.answer.failure?.fault;
  return {
    title: `Cannot do ${label} in any cluster`,
    failure: {
      kind: failed.every(({ answer }) => answer.failure?.kind === "denied") ? "denied" : "error",
      reason: failed.map((each) => `${each.name}: ${whyNot(each)}`).join(". "),
      ...defined({
        fault: failed.every(({ answer }) => answer.failure?.fault === fault) ? fault : undefined,
      }),
    },
    notes: notesOf(failed),
  };
}

/** Asks all clusters, and answers what they say. */
export async function callAll(call: CallOfAll): Promise<Answer> {
  const { clusters, label, input } = call;
  const parts = await Promise.all(
    [...clusters].map(([name, services]) => partOf(call, name, services)),
  );
  input.signal.throwIfAborted();
  const failed = parts.filter(({ answer }) => answer.failure);
  const done = parts.filter(({ answer }) => !answer.failure);
  if (done.length === 0) return failureOf(failed, label);
  const merged = listOf(done);
  const list = merged?.list ?? rowsOfObjects(done, call);
  const texts = done.flatMap(({ name, answer }) =>
    (answer.texts ?? []).map(({ label, text }) => ({ label: `${name}: ${label}`, text }))
  );
  const { title, notes } = titlesOf(done, failed, call, merged);
  const answer: Answer = {
    title,
    ...defined({
      list,
      object: merged ? factsOf(done) : undefined,
      texts: texts.length > 0 ? texts : undefined,
    }),
    notes: [
      ...failed.map((each) => `${each.name} is not shown: ${whyNotShown(each)}`),
      ...notes,
      ...(merged ? listNotes(done, merged, call) : notesOf(done)),
    ],
  };
  // Rows are collected before secrets are taken out: those of fields, then those that calls learned.
  return done.reduce(
    (redacted, { redact }) => redact?.(redacted) ?? redacted,
    call.secrets.redactAnswer(answer),
  );
}
