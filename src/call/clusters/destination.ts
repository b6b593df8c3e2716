/**
 * Decides which cluster a call is about that names none: the only one that has what it names. A
 * change is done nowhere while another cluster may have the same.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { ToolError } from "../../tool/answer.ts";
import type { Clusters } from "../../tool/clusters.ts";
import { CLUSTER } from "./address.ts";
import { type Holding, holdings } from "./find.ts";
import type { Reference } from "./references.ts";

/** What is looked for, and what each cluster says of it. */
interface Search {
  readonly reference: Reference;
  readonly found: ReadonlyMap<string, Holding>;
}

/** A call whose cluster is looked for. */
export interface Sought {
  readonly label: string;
  readonly isChange: boolean;
  readonly references: readonly Reference[];
}

/** The cluster of a call; undefined where none has what it is about, and that may be. */
export interface Destination {
  readonly cluster: string | undefined;
  readonly notes: readonly string[];
}

/** How a caller says which of several is meant. */
function asked(names: readonly string[], { param, word }: Reference): string {
  return names.map((name) =>
    param === "vmid" || param === "node" ? `${param}=${name}/${word}` : `${CLUSTER}=${name}`
  ).join(" or ");
}

const NOTHING_DONE = "Nothing was done";

/** Several clusters have it: whoever calls must say which. */
function ambiguous(
  { isChange }: Sought,
  names: readonly string[],
  { reference, found }: Search,
): ToolError {
  const each = names.map((name) => `${name} has ${found.get(name)?.as.join("; ")}`);
  return new ToolError(`"${reference.word}" is in ${names.length} clusters`, {
    reason: each.join(". "),
    parameters: { [reference.param]: `ask again with ${asked(names, reference)}` },
    notes: isChange ? [NOTHING_DONE] : [],
  });
}

function silenceText(names: readonly string[], { reference, found }: Search): string {
  const why = names.map((name) => `${name} (${found.get(name)?.as.join("; ")})`);
  return `${why.join(", ")} cannot say whether "${reference.word}" is there, too`;
}

/** A change is not done where another cluster may be meant that does not answer. */
function uncertain(name: string, silent: readonly string[], search: Search): ToolError {
  return new ToolError(`"${search.reference.word}" may be in several clusters`, {
    reason: silenceText(silent, search),
    parameters: { [search.reference.param]: `${asked([name], search.reference)} is the one there` },
    notes: [NOTHING_DONE],
  });
}

/** No cluster has all that is named. */
function nowhere(searches: readonly Search[], names: readonly string[]): ToolError {
  const texts = searches.map(({ reference: { kind, word }, found }) => {
    const having = names.filter((name) => found.get(name)?.has);
    if (having.length > 0) return `${kind} "${word}" is in ${having.join(", ")}`;
    const near = names.flatMap((name) =>
      found.get(name)?.near?.map((each) => `${name}/${each}`) ?? []
    );
    const silent = names.filter((name) => found.get(name)?.has === undefined);
    return [
      `no cluster that answers has the ${kind} "${word}"`,
      ...(near.length > 0 ? [`near to it are ${near.slice(0, 5).join(", ")}`] : []),
      ...silent.map((name) => `${name} does not say: ${found.get(name)?.as.join("; ")}`),
    ].join("; ");
  });
  const answering = names.filter((name) =>
    searches.every(({ found }) => found.get(name)?.has !== undefined)
  );
  const where = answering.join(", ") || "any cluster that answers";
  const [{ reference } = { reference: undefined }] = searches;
  return new ToolError(
    searches.length === 1
      ? `There is no ${reference?.kind} "${reference?.word}" in ${where}`
      : `No cluster${answering.length < names.length ? " that answers" : ""} has all that is named`,
    {
      reason: texts.join(". "),
      notes: [NOTHING_DONE],
      // Where one does not answer, it may have it.
      ...defined({ fault: answering.length === names.length ? "missing" as const : undefined }),
    },
  );
}

/** The clusters that have everything, and those that may have it. */
function fitting(
  searches: readonly Search[],
  names: readonly string[],
): { readonly having: string[]; readonly silent: string[] } {
  const all = (name: string): (boolean | undefined)[] =>
    searches.map(({ found }) => found.get(name)?.has);
  const possible = names.filter((name) => !all(name).includes(false));
  return {
    having: possible.filter((name) => !all(name).includes(undefined)),
    silent: possible.filter((name) => all(name).includes(undefined)),
  };
}

/**
 * Finds the cluster that a call is about.
 *
 * @throws {ToolError} When there is none, or it is not clear which.
 */
export async function destinationOf(
  clusters: Clusters,
  sought: Sought,
  signal: AbortSignal,
): Promise<Destination> {
  const names = [...clusters.keys()];
  const search = (isExact: boolean): Promise<Search[]> =>
    Promise.all(sought.references.map(async (reference) => ({
      reference,
      found: await holdings(clusters, reference, isExact, signal),
    })));
  let searches = await search(sought.isChange);
  const isFound = ({ found }: Search): boolean => [...found.values()].some(({ has }) => has);
  // A list may be some seconds old.
  if (!sought.isChange && !searches.every(isFound)) searches = await search(true);
  const needed = searches.filter((each) => !each.reference.mayBeGone || isFound(each));
  const [first] = needed;
  if (!first) return { cluster: undefined, notes: [] };
  const { having, silent } = fitting(needed, names);
  const [only, ...others] = having;
  if (only === undefined) throw nowhere(needed, names);
  const deciding = needed.find(({ found }) => having.every((name) => found.get(name)?.has)) ??
    first;
  if (others.length > 0) throw ambiguous(sought, having, deciding);
  const unclear = needed.find(({ found }) =>
    silent.some((name) => found.get(name)?.has === undefined)
  );
  if (!unclear || silent.length === 0) return { cluster: only, notes: [] };
  if (sought.isChange) throw uncertain(only, silent, unclear);
  return { cluster: only, notes: [silenceText(silent, unclear)] };
}
