/**
 * What a call empties, by an empty value or by its name in `delete`.
 *
 * @module
 */
import { pathParams } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { splitList } from "../pve/split_list.ts";
import { aliasOf, otherSpelling } from "../tool/compatibility.ts";
import type { Action } from "../tool/define.ts";
import { allFacts, factOfParam, startsTask } from "../tool/operation.ts";
import { canUnset, takesKeys } from "./empty_values.ts";

/**
 * The keys of a `delete`, by PVE's names: it takes the names by which values are given.
 *
 * @param known The names that the action accepts.
 */
export function deletedKeys(action: Action, value: unknown, known: readonly string[]): unknown {
  if (!takesKeys(action) || !(typeof value === "string" || Array.isArray(value))) return value;
  const keys = splitList(value).map((key) => {
    const name = known.includes(key) ? key : otherSpelling(key, known) ?? key;
    return aliasOf(action, name) ?? name;
  });
  return Array.isArray(value) ? keys : keys.join(",");
}

/** What is emptied; `args` holds what the call sets. */
export class Emptying {
  readonly #cleared = new Set<string>();
  /** What may only be emptied alone: PVE's names, by the caller's. */
  readonly #ifAlone = new Map<string, string>();

  constructor(
    private readonly action: Action,
    private readonly args: Record<string, ArgValue>,
  ) {}

  /** Empties it, unless the call sets it under another name. */
  empty(pveName: string): void {
    if (canUnset(this.action, pveName)) this.#cleared.add(pveName);
    else this.args[pveName] ??= "";
  }

  /** Empties it, if the call does nothing but empty. */
  emptyIfAlone(pveName: string, name: string): void {
    this.#ifAlone.set(name, pveName);
  }

  /** True for what says which thing is changed, and nothing of how. */
  #names(pveName: string): boolean {
    return this.action.extraParams?.[pveName]?.required === true ||
      allFacts(this.action).some(({ path }) => pathParams(path).includes(pveName));
  }

  /** True when the call sets something. */
  get #isSet(): boolean {
    return Object.entries(this.args).some(([name, value]) => value !== "" && !this.#names(name));
  }

  /** True when settings are to be written, by no task, and the call says whose alone, and none of them. */
  get setsNothing(): boolean {
    return !startsTask(this.action) &&
      allFacts(this.action).every(({ method }) => method === "PUT") &&
      Object.keys(this.args).every((name) => name === "digest" || this.#names(name));
  }

  /** True for what is neither set nor taken away by now. */
  #isLeft(pveName: string): boolean {
    return this.args[pveName] === undefined && !splitList(this.args.delete).includes(pveName);
  }

  /**
   * Puts the keys of all that is emptied into `delete`.
   *
   * @param hasOthers Whether the call says anything else, of which `args` tells nothing.
   * @returns What is left as it is, in a sentence.
   */
  finish(hasOthers: boolean): readonly string[] {
    const isAlone = !hasOthers && !this.#isSet;
    if (isAlone) this.#ifAlone.forEach((pveName) => this.empty(pveName));
    const cleared = [...this.#cleared].filter((pveName) => this.args[pveName] === undefined);
    if (cleared.length > 0) {
      const keys = [...new Set([...splitList(this.args.delete), ...cleared])];
      const asArray = factOfParam(this.action, "delete")?.type === "array";
      this.args.delete = asArray ? keys : keys.join(",");
    }
    const stays = [...this.#ifAlone].filter(([, pveName]) => this.#isLeft(pveName));
    if (isAlone || stays.length === 0) return [];
    const names = stays.map(([name]) => name);
    const keys = stays.filter(([, pveName]) => canUnset(this.action, pveName))
      .map(([name]) => name);
    const left = names.map((name) => `"${name}"`).join(", ");
    const stay = names.length > 1 ? "stay as they are" : "stays as it is";
    const how = keys.length > 0 ? `; delete=${keys.join(",")} takes away what is there` : "";
    return [`${left} ${stay}: beside other changes an empty one is none${how}`];
  }
}
