/**
 * Reads the arguments of a call: checks every name and value, and names all problems at once with
 * the nearest known name.
 *
 * @module
 */
import { type Clock, systemClock } from "../base/async/clock.ts";
import { defined } from "../base/defined.ts";
import type { ArgValue } from "../pve/encode.ts";
import type { Guest } from "../pve/guests.ts";
import { emptyTable, lookup } from "../base/lookup.ts";
import { splitList } from "../pve/split_list.ts";
import { ToolError } from "../tool/answer.ts";
import type { AnswerOptions } from "../tool/context.ts";
import { isEmpty, meaningOfEmpty, NAMES_NONE, namesNone } from "./empty_values.ts";
import { deletedKeys, Emptying } from "./emptying.ts";
import { isDiscriminator, selectAction, type SelectedAction } from "./select_action.ts";
import {
  aliasOf,
  callerName,
  meaningOf,
  otherSpelling,
  refusalOf,
  suggestName,
  unusedNames,
} from "../tool/compatibility.ts";
import { type Action, type ExtraParam, isSingle, type ToolDefinition } from "../tool/define.ts";
import { guestNames } from "./guest_references.ts";
import {
  acceptedNames,
  acceptedNamesText,
  answerOptionParams,
  targetNames,
} from "../tool/parameter_names.ts";
import { holdsMask, MASK } from "../answer/mask.ts";
import { factOfParam, factsByGuestType } from "../tool/operation.ts";
import { emptySpanNote, type ReadTime, readTime, wrongSideNote } from "./moments.ts";
import { readTarget } from "./read_target.ts";
import { readValue } from "./read_value.ts";
import { IS_MISSING, missingNames, requiredNames } from "../tool/required.ts";

/** Arguments of a call after reading. */
export interface ParsedCall extends SelectedAction {
  /** By PVE's names, or the tool's own; typed as the facts say. */
  readonly args: Readonly<Record<string, ArgValue>>;
  /** Guests that arguments name, where they were found. */
  readonly named?: readonly Guest[];
  /** Guest, node and guest type as the caller named them. */
  readonly namedTarget: Readonly<Record<string, string>>;
  /** `limit`, `offset`, `filter`, `fields` of a list, `wait` of a task. */
  readonly options: AnswerOptions;
  /** What was accepted but has no effect, and why. */
  readonly notes: readonly string[];
}

class ArgumentReader {
  readonly args: Record<string, ArgValue> = {};
  readonly namedTarget: Record<string, string> = {};
  readonly options: Record<string, ArgValue> = {};
  readonly notes: string[] = [];
  readonly problems: Record<string, string> = emptyTable();
  /** Whether a name was given that is none, and that is near to none. */
  hasUnknownName = false;
  /** Whether something was given that is accepted and has no effect. */
  #hasUnused = false;
  readonly #emptying: Emptying;
  /** By which name of the caller's each of `args` was given. */
  readonly #givenAs = new Map<string, string>();
  readonly #targetNames: readonly string[];
  readonly #answerOptions: Readonly<Record<string, ExtraParam>>;

  constructor(
    private readonly tool: ToolDefinition,
    private readonly action: Action,
    private readonly input: Readonly<Record<string, unknown>>,
    private readonly clock: Pick<Clock, "now">,
  ) {
    this.#emptying = new Emptying(action, this.args);
    this.#targetNames = targetNames(tool, action);
    this.#answerOptions = answerOptionParams(action);
  }

  /** @param beside The spread object that the argument stands in. */
  read(name: string, value: unknown, beside?: string): void {
    const { action } = this;
    const own = lookup(action.extraParams, name);
    const meaning = meaningOf(action, name);
    // Some clients send null for every argument that they do not give.
    if (value === undefined || value === null) return;
    if (this.#takeEmpty(name, value, beside)) return;
    if (own?.spread) return this.#spread(own, name, value);
    const refusal = own && refusalOf(action, name, value);
    if (refusal !== undefined) return void (this.problems[name] = refusal);
    if (own) return this.#give(name, name, this.#readOwn(own, name, value), beside);
    if (meaning && "as" in meaning) return this.#pve(meaning.as, name, value, beside);
    if (this.#targetNames.includes(name) && !this.#isTypeOfRule(name, value)) {
      if (beside === undefined) this.#takeTarget(name, value);
      else this.problems[name] = `belongs beside "${beside}"`;
      return;
    }
    const option = lookup(this.#answerOptions, name);
    if (option) {
      const read = this.#readOwn(option, name, value);
      return void Object.assign(this.options, defined({ [name]: read }));
    }
    if (meaning && "unused" in meaning) {
      this.#hasUnused = true;
      return void this.notes.push(`"${name}" was not used: ${meaning.unused}`);
    }
    this.#pve(name, name, value, beside);
  }

  /** @returns False for what is read as it is, empty or not. */
  #takeEmpty(name: string, value: unknown, beside?: string): boolean {
    const { action } = this;
    const pveName = aliasOf(action, name) ?? name;
    const fact = lookup(action.extraParams, pveName) ?? factOfParam(action, pveName);
    if (this.#targetNames.includes(name) || !isEmpty(name, fact, value)) return false;
    const unused = meaningOf(action, name);
    if (lookup(this.#answerOptions, name) || (unused && "unused" in unused)) return true;
    if (!fact) return false;
    if (Object.hasOwn(action.fixed ?? {}, pveName)) return true;
    const isRequired = requiredNames(this.tool, action).includes(callerName(action, pveName));
    const meaning = meaningOfEmpty(action, pveName, fact, value, isRequired);
    // What stands in an object was written there by somebody.
    if (meaning === "clears" || (meaning === "if alone" && beside !== undefined)) {
      this.#emptying.empty(pveName);
    } else if (meaning === "if alone") this.#emptying.emptyIfAlone(pveName, name);
    return meaning !== "value";
  }

  #readOwn(fact: ExtraParam, name: string, value: unknown): ArgValue | undefined {
    return guestNames(this.action, name, value) ?? readValue(fact, name, value, this.problems);
  }

  /** Takes a value, unless it says otherwise than one under another name of the same. */
  #give(pveName: string, name: string, value: ArgValue | undefined, beside?: string): void {
    if (value === undefined) return;
    const other = this.#givenAs.get(pveName);
    if (other !== undefined && JSON.stringify(this.args[pveName]) !== JSON.stringify(value)) {
      this.problems[name] = `is given as "${other}" too, with another value`;
    }
    this.#givenAs.set(pveName, beside === undefined ? name : `${beside}.${name}`);
    this.args[pveName] = value;
  }

  #pve(pveName: string, name: string, value: unknown, beside?: string): void {
    const fact = factOfParam(this.action, pveName);
    const fixed = Object.hasOwn(this.action.fixed ?? {}, pveName) && pveName === name;
    if (fact && fixed && readValue(fact, name, value, {}) === this.action.fixed?.[pveName]) return;
    if (!fact || fixed) return this.#unknown(name, value, beside);
    if (this.action.kind !== "read" && holdsMask(value)) {
      this.problems[name] = `holds ${MASK}, which stands for a secret: give the secret itself`;
      return;
    }
    const refusal = refusalOf(this.action, pveName, value);
    if (refusal !== undefined) return void (this.problems[name] = refusal);
    const meant = pveName === "delete"
      ? deletedKeys(this.action, value, acceptedNames(this.tool, this.action))
      : value;
    const read = this.#readForAny(pveName, name, meant);
    if (read !== undefined && namesNone(this.action, pveName, read)) {
      this.problems[name] = NAMES_NONE;
    }
    this.#give(pveName, name, read, beside);
    this.#note(wrongSideNote(pveName, fact, read, this.clock.now()));
  }

  /** The value as one kind of guest takes it; which kind it is comes out later. */
  #readForAny(pveName: string, name: string, value: unknown): ArgValue | undefined {
    const guests = guestNames(this.action, pveName, value);
    if (guests !== undefined) return guests;
    const time = readTime(pveName, factOfParam(this.action, pveName), value, this.clock.now());
    if (time) return this.#time(name, time);
    const problemByType = new Map<string, string>();
    for (const [kind, fact] of factsByGuestType(this.action, pveName)) {
      const problems: Record<string, string> = emptyTable();
      const read = readValue(fact, name, value, problems);
      if (read !== undefined) return read;
      problemByType.set(kind, problems[name] ?? "");
    }
    const [first = "", ...others] = new Set(problemByType.values());
    this.problems[name] = others.length === 0
      ? first
      : [...problemByType].map(([kind, problem]) => `for ${kind}: ${problem}`).join("; ");
    return undefined;
  }

  #time(name: string, { value, problem, note }: ReadTime): ArgValue | undefined {
    if (problem !== undefined) this.problems[name] = problem;
    this.#note(note);
    return value;
  }

  #note(text: string | undefined): void {
    if (text !== undefined) this.notes.push(text);
  }

  /** A name that nothing has: another spelling of one that is known, or a mistake. */
  #unknown(name: string, value: unknown, beside?: string): void {
    const known = acceptedNames(this.tool, this.action);
    const meant = otherSpelling(name, [...known, ...unusedNames(this.action)]);
    if (meant !== undefined && meant !== name) {
      if (!Object.hasOwn(this.input, meant)) return this.read(meant, value, beside);
      this.problems[name] = `is given as "${meant}" too`;
      return;
    }
    const column = known.includes("filter") && this.action.columns?.includes(name);
    const guess = column ? ` filter="${name}=…" chooses rows by it` : suggestName(name, known);
    this.hasUnknownName ||= guess === "";
    this.problems[name] = `is not a parameter of this action${guess === "" ? "" : `.${guess}`}`;
  }

  #spread(own: ExtraParam, name: string, value: unknown): void {
    for (const [key, each] of Object.entries(this.#readOwn(own, name, value) ?? {})) {
      this.read(key, each, name);
    }
  }

  /** A rule has a type as a guest has one, and no value that means both. */
  #isTypeOfRule(name: string, value: unknown): boolean {
    const choices = name === "type" ? factOfParam(this.action, name)?.enum : undefined;
    return choices?.includes(String(value)) ?? false;
  }

  #takeTarget(name: string, value: unknown): void {
    const { text, problem } = readTarget(name, value);
    if (problem !== undefined) this.problems[name] = problem;
    if (text !== undefined) this.namedTarget[name] = text;
  }

  finish(actionName: string): void {
    this.notes.push(...this.#emptying.finish(this.#hasUnused));
    if (/^update(_|$)/.test(actionName) && this.#emptying.setsNothing) {
      this.notes.push("No setting was given: all stays as it was");
    }
    this.#note(emptySpanNote(this.args));
    this.#storageOfVolume();
    for (const [name, value] of Object.entries(this.action.defaults ?? {})) {
      if (value !== undefined && this.args[name] === undefined) this.args[name] = value;
    }
    for (const [name, value] of Object.entries(this.action.fixed ?? {})) {
      if (value !== undefined) this.args[name] = value;
    }
    for (const name of missingNames(this.tool, this.action, this.args, this.namedTarget)) {
      if (this.problems[name] === undefined) this.problems[name] = IS_MISSING;
    }
  }

  /** A volume id names its storage: `local:iso/debian.iso`. */
  #storageOfVolume(): void {
    const { volume, storage } = this.args;
    if (storage !== undefined || typeof volume !== "string") return;
    const name = /^([A-Za-z][\w.-]*):/.exec(volume)?.[1];
    if (name !== undefined && factOfParam(this.action, "storage")) this.args.storage = name;
  }
}

/** No field has a comma in its name: `vmid,name` are two. */
function optionsOf(options: Readonly<Record<string, ArgValue>>): AnswerOptions {
  const split = Object.entries(options).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.flatMap(splitList) : value,
  ]);
  return Object.fromEntries(split) as AnswerOptions;
}

/**
 * Reads the arguments of a call.
 *
 * @throws {ToolError} With everything that is wrong with them.
 */
export function parseCall(
  tool: ToolDefinition,
  raw: unknown,
  clock: Pick<Clock, "now"> = systemClock,
): ParsedCall {
  const chosen = selectAction(tool, raw);
  const { actionName, action } = chosen;
  const input = raw as Readonly<Record<string, unknown>>;
  const reader = new ArgumentReader(tool, action, input, clock);
  for (const [name, value] of Object.entries(input)) {
    if (!isDiscriminator(tool, chosen, name, value)) reader.read(name, value);
  }
  reader.finish(actionName);
  if (Object.keys(reader.problems).length > 0) {
    const which = isSingle(tool) ? tool.name : `${tool.name} ${actionName}`;
    throw new ToolError(`Cannot call ${which} with these arguments`, {
      reason: "Nothing was sent to Proxmox VE",
      parameters: reader.problems,
      ...defined({ notes: reader.hasUnknownName ? [acceptedNamesText(tool, action)] : undefined }),
    });
  }
  return {
    actionName,
    action,
    args: reader.args,
    namedTarget: reader.namedTarget,
    options: optionsOf(reader.options),
    notes: reader.notes,
  };
}
