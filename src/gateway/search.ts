/**
 * Searches the whole API and the tools by words or by a path.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { type Operation, operationFact, operationNames, pathParams } from "../pve/api.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { matchOperation, normalize } from "./match.ts";
import { Ranked, rarityAmong, wantedBy } from "./ranking.ts";
import { ASKED_FOR } from "./synonyms.ts";

/** What was found: an operation or a tool. */
export type Found =
  | { readonly operation: Operation; readonly registered?: never }
  | { readonly registered: RegisteredTool; readonly operation?: never };

interface Entry {
  readonly found: Found;
  readonly ranked: Ranked;
  /** Parts of the path: of two operations the one nearer to the root is more often meant. */
  readonly depth: number;
}

function operationEntry(operation: Operation): Entry {
  const { path, name, params } = operationFact(operation);
  const inPath = pathParams(path);
  const texts = {
    name: `${path.replace(/\{[\w-]+\}/g, "")} ${name}`,
    parameter: Object.keys(params).filter((each) => !inPath.includes(each)).join(" "),
  };
  return { found: { operation }, ranked: new Ranked(texts, false), depth: path.split("/").length };
}

function toolEntry(registered: RegisteredTool): Entry {
  const { tool } = registered;
  const texts = {
    name: `${tool.name.replace("proxmox_", "")} ${tool.title}`,
    asked: lookup(ASKED_FOR, tool.name) ?? "",
    action: Object.keys(tool.actions).filter((name) => name !== "default").join(" "),
    about: tool.description,
    parameter: Object.values(tool.actions).flatMap(({ params = [] }) => params).join(" "),
  };
  return { found: { registered }, ranked: new Ranked(texts, true), depth: 0 };
}

/** Entries below this part of the best one are about something else. */
const NEAR_ENOUGH = 0.35;

/** The index, built when first searched. */
export class ApiIndex {
  #entries: readonly Entry[] | undefined;
  #rarity: ((word: string) => number) | undefined;

  constructor(private readonly tools: readonly RegisteredTool[]) {}

  /** Operations and tools that match the words or the path, best first. */
  search(query: string, max: number): Found[] {
    const { method, path } = normalize(query);
    if (query.includes("/")) return this.#byPath(method, path, max);
    this.#entries ??= [...this.tools.map(toolEntry), ...operationNames().map(operationEntry)];
    const rarity = this.#rarity ??= rarityAmong(this.#entries.map(({ ranked }) => ranked));
    const wanted = wantedBy(query);
    if (wanted.length === 0) return [];
    const scored = this.#entries.map(({ found, ranked, depth }) => {
      const named = method !== undefined && found.operation?.startsWith(`${method} `);
      return { found, score: ranked.score(wanted, rarity) + (named ? 1 : 0) - depth * 0.05 };
    }).filter(({ score }) => score > 0.5).toSorted((one, other) => other.score - one.score);
    const least = (scored[0]?.score ?? 0) * NEAR_ENOUGH;
    return scored.filter(({ score }) => score >= least).slice(0, max).map(({ found }) => found);
  }

  #byPath(method: string | undefined, path: string, max: number): Found[] {
    const methods = method === undefined ? ["GET", "POST", "PUT", "DELETE"] : [method];
    const exact = methods.flatMap((each) => matchOperation(each, path)?.operation ?? []);
    const generic = exact[0] === undefined ? path : operationFact(exact[0]).path;
    const below = operationNames().filter((name) =>
      name.slice(name.indexOf(" ") + 1).startsWith(generic) && !exact.includes(name) &&
      (method === undefined || name.startsWith(`${method} `))
    );
    return [...exact, ...below].slice(0, max).map((operation) => ({ operation }));
  }
}
