/**
 * Searches the whole API and the tools by words or by a path.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { rangesText } from "../base/text/ranges.ts";
import { hasTask, type Operation, operationFact, operationNames } from "../pve/api.ts";
import type { Row } from "../tool/answer.ts";
import { privilegeText } from "../tool/privileges.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { matchOperation, normalize } from "./match.ts";

/** Words of users for words of the API. */
const SYNONYMS: Readonly<Record<string, string>> = {
  vm: "qemu",
  vms: "qemu",
  container: "lxc",
  containers: "lxc",
  ct: "lxc",
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

/** Something that can be found: an operation or a tool. */
interface Entry {
  readonly row: Row;
  /** Words in its name, which count most. */
  readonly nameWords: ReadonlySet<string>;
  /** Words in its description or parameters. */
  readonly otherWords: ReadonlySet<string>;
  readonly length: number;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 1);
}

function operationEntry(name: Operation): Entry {
  const fact = operationFact(name);
  return {
    row: {
      call: name,
      what: fact.name.replaceAll("_", " "),
      privilege: privilegeText(fact),
      task: hasTask(fact) ? 1 : 0,
    },
    nameWords: new Set([...wordsOf(fact.path.replace(/\{\w+\}/g, "")), ...wordsOf(fact.name)]),
    otherWords: new Set(Object.keys(fact.params).flatMap(wordsOf)),
    length: fact.path.split("/").length,
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

function scoreOf(
  entry: Entry,
  wanted: readonly (readonly string[])[],
  method: string | undefined,
): number {
  let sum = 0;
  for (const alternatives of wanted) {
    const best = Math.max(
      ...alternatives.map((word) =>
        Math.max(wordScore(entry.nameWords, word) * 3, wordScore(entry.otherWords, word))
      ),
    );
    if (best === 0) sum -= 1;
    sum += best;
  }
  const call = String(entry.row.call);
  if (method !== undefined && call.startsWith(`${method} `)) sum += 1;
  return sum - entry.length * 0.05;
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
    const wanted = wordsOf(query).map((word) => [word, ...wordsOf(lookup(SYNONYMS, word) ?? "")]);
    if (wanted.length === 0) return [];
    const scored = this.#entries.map((entry) => ({ entry, score: scoreOf(entry, wanted, method) }));
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

/** What an operation takes, one row a parameter. */
export function parameterRows(operation: Operation): Row[] {
  return Object.entries(operationFact(operation).params).map(([name, fact]) => ({
    name,
    type: fact.type ?? "string",
    required: fact.optional ? 0 : 1,
    values: (fact.enum && rangesText(fact.enum.map(String))) ?? fact.format ?? "",
    bounds: [fact.minimum, fact.maximum].some((bound) => bound !== undefined)
      ? `${fact.minimum ?? ""}…${fact.maximum ?? ""}`
      : "",
    default: fact.default ?? "",
  }));
}
