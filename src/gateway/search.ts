/**
 * Searches the whole API and the tools by words or by a path.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { hasTask, type Method, type Operation, operationFact, operationNames } from "../pve/api.ts";
import type { Row } from "../tool/answer.ts";
import { privilegeText } from "../tool/privileges.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { matchOperation, normalize } from "./match.ts";

/** Words of users for words of the API. */
const SYNONYMS: Readonly<Record<string, string>> = {
  vm: "qemu guest",
  vms: "qemu guest",
  container: "lxc guest",
  containers: "lxc guest",
  ct: "lxc guest",
  backup: "vzdump backup",
  restore: "vzdump qemu lxc archive",
  permission: "acl",
  permissions: "acl permissions",
  user: "users",
  certificate: "certificates",
  network: "network sdn",
  disk: "disks disk",
  power: "status",
  log: "syslog journal log",
  snapshot: "snapshot",
  template: "template aplinfo",
  token: "token",
  update: "apt update",
};

/** What a verb of users does, and its words in the API. `qm unlock` is the option `lock` of a guest. */
const VERBS: Readonly<Record<string, readonly [method: Method, words: string]>> = {
  ...verbs("GET", "get show read see view who which", "read index"),
  ...verbs("GET", "list", "list index"),
  ...verbs("POST", "create add make new", "create add"),
  ...verbs("PUT", "change set update edit modify configure rename", "update set config"),
  ...verbs("PUT", "unlock", "lock skiplock config"),
  ...verbs("DELETE", "delete remove drop", "delete remove destroy"),
};
/** Words that say nothing of what is looked for. */
const IGNORED = new Set(
  "all an and by for from has have how in is it my of on or the to with".split(" "),
);

function verbs(method: Method, each: string, words: string): typeof VERBS {
  return Object.fromEntries(each.split(" ").map((verb) => [verb, [method, words]]));
}

/** Something that can be found: an operation or a tool. */
interface Entry {
  readonly row: Row;
  /** Words in its name, which count most. */
  readonly nameWords: ReadonlySet<string>;
  /** Words in its description or parameters. */
  readonly otherWords: ReadonlySet<string>;
  readonly length: number;
  /** Of an operation: what it does to what there is. */
  readonly method?: Method;
}

/** What is looked for. */
interface Wanted {
  /** Each word with those that mean the same. */
  readonly words: readonly Alternatives[];
  readonly method: string | undefined;
}

interface Alternatives {
  readonly words: readonly string[];
  /** How much a word in a name counts: almost every operation has a verb, few have the thing. */
  readonly weight: number;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 1);
}

function operationEntry(name: Operation): Entry {
  const fact = operationFact(name);
  const pathWords = wordsOf(fact.path.replace(/\{\w+\}/g, ""));
  return {
    row: {
      call: name,
      what: fact.name.replaceAll("_", " "),
      privilege: privilegeText(fact),
      task: hasTask(fact) ? 1 : 0,
    },
    nameWords: new Set([...pathWords, ...wordsOf(fact.name).filter((word) => word !== "vm")]),
    otherWords: new Set(Object.keys(fact.params).flatMap(wordsOf)),
    length: fact.path.split("/").length,
    // PVE changes the configuration of a VM by POST as well, in a task.
    method: fact.name.startsWith("update") ? "PUT" : fact.method,
  };
}

function toolEntry({ tool }: RegisteredTool): Entry {
  return {
    row: { call: tool.name, what: tool.description, privilege: "", task: 0 },
    nameWords: new Set([...wordsOf(tool.name), ...wordsOf(tool.title)]),
    otherWords: new Set([
      ...wordsOf(tool.description),
      ...Object.keys(tool.actions).flatMap(wordsOf),
    ]),
    length: 0,
  };
}

function wordScore(words: ReadonlySet<string>, wanted: string): number {
  if (words.has(wanted)) return 1;
  for (const word of words) {
    if (word.startsWith(wanted) || (word.length > 3 && wanted.startsWith(word))) return 0.6;
  }
  return 0;
}

function scoreOf(entry: Entry, { words, method }: Wanted): number {
  let sum = 0;
  for (const { words: alternatives, weight } of words) {
    const best = Math.max(
      ...alternatives.map((word) =>
        Math.max(wordScore(entry.nameWords, word) * weight, wordScore(entry.otherWords, word))
      ),
    );
    sum += best === 0 ? -1 : best;
  }
  if (method !== undefined && entry.method !== undefined) {
    sum += method === entry.method ? 1 : -1;
  }
  return sum - entry.length * 0.05;
}

/** What a query means: its words, those that mean the same, and what they do. */
function wantedBy(query: string, method: string | undefined): Wanted {
  const told = wordsOf(query).filter((word) => !IGNORED.has(word));
  const verb = told.map((word) => lookup(VERBS, word)).find((each) => each !== undefined);
  const words = told.map((word): Alternatives => {
    const [, meant] = lookup(VERBS, word) ?? [];
    return meant === undefined
      ? { words: [word, ...wordsOf(lookup(SYNONYMS, word) ?? "")], weight: 3 }
      : { words: [word, ...wordsOf(meant)], weight: 1 };
  });
  return { words, method: method ?? verb?.[0] };
}

/** The index, built when first searched. */
export class ApiIndex {
  #entries: readonly Entry[] | undefined;

  constructor(private readonly tools: readonly RegisteredTool[]) {}

  /** Rows of operations and tools that match the words or the path, best first. */
  search(query: string, max: number): Row[] {
    const { method, path } = normalize(query);
    if (query.includes("/")) return this.#byPath(method, path, max);
    this.#entries ??= [...this.tools.map(toolEntry), ...operationNames().map(operationEntry)];
    const wanted = wantedBy(query, method);
    if (wanted.words.length === 0) return [];
    const scored = this.#entries.map((entry) => ({ entry, score: scoreOf(entry, wanted) }));
    return scored.filter(({ score }) => score > 0.5)
      .toSorted((one, other) => other.score - one.score)
      .slice(0, max).map(({ entry }) => entry.row);
  }

  #byPath(method: string | undefined, path: string, max: number): Row[] {
    const methods = method === undefined ? ["GET", "POST", "PUT", "DELETE"] : [method];
    const exact = methods.flatMap((each) => matchOperation(each, path)?.operation ?? []);
    const generic = exact[0] === undefined ? path : operationFact(exact[0]).path;
    const below = operationNames().filter((name) =>
      name.slice(name.indexOf(" ") + 1).startsWith(generic) && !exact.includes(name) &&
      (method === undefined || name.startsWith(`${method} `))
    );
    return [...exact, ...below].slice(0, max).map((name) => operationEntry(name).row);
  }
}
