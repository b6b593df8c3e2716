/**
 * Reads the arguments of a call: picks the action, knows every accepted name, checks every value,
 * and names all problems at once with the nearest known name.
 *
 * @module
 */
import type { ParamFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { bareTable, lookup } from "../lookup.ts";
import { didYouMean } from "../nearest.ts";
import { splitList } from "../pve/split_list.ts";
import { ToolError } from "./answer.ts";
import { type Action, isSingle, type OwnParam, soleAction, type ToolDefinition } from "./define.ts";
import { givenArguments, quoted } from "./given.ts";
import { allFacts, factOfParam, startsTask } from "./operation.ts";
import { readValue } from "./params.ts";
import { missingNames } from "./required.ts";
import { targetOf } from "./target.ts";

/** Arguments of a call after reading. */
export interface Accepted extends Chosen {
  /** By PVE's names, or the tool's own; typed as the facts say. */
  readonly args: Readonly<Record<string, ArgValue>>;
  /** Guest, node and guest type as the caller named them. */
  readonly target: Readonly<Record<string, string>>;
  /** `limit`, `offset`, `filter`, `fields` of a list, `wait` of a task. */
  readonly view: View;
  /** What was accepted but has no effect, and why. */
  readonly notes: readonly string[];
}

/** How the caller wants the answer. */
export interface View {
  readonly limit?: number;
  readonly offset?: number;
  readonly filter?: string;
  readonly fields?: readonly string[];
  readonly wait?: number;
}

const VIEW_PARAMS: Readonly<Record<string, OwnParam>> = {
  limit: { type: "integer", minimum: 1, maximum: 10_000 },
  offset: { type: "integer", minimum: 0 },
  filter: { type: "string", maxLength: 500 },
  fields: { type: "array", items: { type: "string" } },
};
const WAIT_PARAM: OwnParam = { type: "integer", minimum: 0, maximum: 86_400 };
const GUEST_TYPES: Readonly<Record<string, string>> = {
  vm: "qemu",
  qemu: "qemu",
  lxc: "lxc",
  ct: "lxc",
};

function actionWords(tool: ToolDefinition): string {
  return Object.keys(tool.actions).join(", ");
}

/** The action that a call names. */
function pickAction(tool: ToolDefinition, raw: Readonly<Record<string, unknown>>): string {
  if (isSingle(tool)) return "default";
  const discriminator = tool.discriminator ?? "action";
  const given = lookup(raw, discriminator) ?? soleAction(tool);
  if (given === undefined) {
    throw new ToolError(`Cannot call ${tool.name} without "${discriminator}"`, {
      reason: `"${discriminator}" chooses what to do: ${actionWords(tool)}`,
    });
  }
  if (typeof given === "string" && Object.hasOwn(tool.actions, given)) return given;
  throw new ToolError(`${tool.name} has no ${discriminator} ${quoted(given)}`, {
    reason: `It has: ${actionWords(tool)}.${
      didYouMean(typeof given === "string" ? given : "", Object.keys(tool.actions))
    }`,
  });
}

/** Names that fill in the target; not sent as they are. */
function targetNames(tool: ToolDefinition, action: Action): string[] {
  switch (targetOf(tool, action)) {
    case "guest":
      return ["vmid", "node", "type"];
    case "none":
      return [];
    default:
      return ["node"];
  }
}

function viewParams(action: Action): Record<string, OwnParam> {
  const taken = (name: string): boolean =>
    factOfParam(action, name) !== undefined || Object.hasOwn(action.own ?? {}, name) ||
    Object.hasOwn(action.aliases ?? {}, name);
  const offered = action.kind === "read" ? { ...VIEW_PARAMS } : {};
  const all: Record<string, OwnParam> = action.kind === "read" && !startsTask(action) && !action.run
    ? offered
    : { ...offered, wait: WAIT_PARAM };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !taken(name)));
}

/** Every name that an action accepts, for suggestions. */
export function acceptedNames(tool: ToolDefinition, action: Action): string[] {
  const fixed = Object.keys(action.fixed ?? {});
  const facts = allFacts(action).flatMap((fact) => Object.keys(fact.params));
  const names = [
    ...targetNames(tool, action),
    ...Object.keys(action.own ?? {}),
    ...Object.keys(action.aliases ?? {}),
    ...facts.filter((name) => !fixed.includes(name)),
    ...Object.keys(viewParams(action)),
  ];
  return [...new Set(names)];
}

/** True when `delete` names keys; pools have a boolean of that name. */
function isKeyList(unset: ParamFact | OwnParam | undefined): boolean {
  return unset?.type === "string" || unset?.type === "array";
}

/** `""` and null clear a value where the operation can unset it. */
function clears(action: Action, pveName: string, value: unknown): boolean {
  if (value !== null && value !== "") return false;
  const unset = action.own?.delete ?? factOfParam(action, "delete");
  const fact = factOfParam(action, pveName);
  return isKeyList(unset) && fact?.optional === true && pveName !== "delete";
}

class Reader {
  readonly args: Record<string, ArgValue> = {};
  readonly target: Record<string, string> = {};
  readonly view: Record<string, ArgValue> = {};
  readonly notes: string[] = [];
  readonly problems: Record<string, string> = bareTable();
  readonly #cleared: string[] = [];
  readonly #targetNames: readonly string[];
  readonly #view: Readonly<Record<string, OwnParam>>;

  constructor(private readonly tool: ToolDefinition, private readonly action: Action) {
    this.#targetNames = targetNames(tool, action);
    this.#view = viewParams(action);
  }

  take(name: string, value: unknown): void {
    const { action } = this;
    const own = lookup(action.own, name);
    const alias = lookup(action.aliases, name);
    if (value === undefined) return;
    if (own?.spread) return this.#spread(own, name, value);
    if (own) return this.#put(this.args, own, name, value);
    if (alias !== undefined) return this.#pve(alias, name, value);
    if (this.#targetNames.includes(name)) return this.#takeTarget(name, value);
    const view = lookup(this.#view, name);
    if (view) return this.#put(this.view, view, name, value);
    const ignored = lookup(action.ignored, name);
    if (ignored !== undefined) return void this.notes.push(`"${name}" was not used: ${ignored}`);
    this.#pve(name, name, value);
  }

  #put(into: Record<string, ArgValue>, fact: OwnParam, name: string, value: unknown): void {
    if (value === null) return;
    const read = readValue(fact, name, value, this.problems);
    if (read !== undefined) into[name] = read;
  }

  #pve(pveName: string, name: string, value: unknown): void {
    const fact = factOfParam(this.action, pveName);
    const fixed = Object.hasOwn(this.action.fixed ?? {}, pveName) && pveName === name;
    if (!fact || fixed) {
      const known = acceptedNames(this.tool, this.action);
      const guess = didYouMean(name, known);
      this.problems[name] = `is not a parameter of this action${guess === "" ? "" : `.${guess}`}`;
      return;
    }
    if (clears(this.action, pveName, value)) return void this.#cleared.push(pveName);
    if (value === null) return;
    const gone = typeof value === "string"
      ? lookup(lookup(this.action.gone, pveName), value)
      : undefined;
    if (gone !== undefined) return void (this.problems[name] = gone);
    const read = readValue(fact, name, value, this.problems);
    if (read !== undefined) this.args[pveName] = read;
  }

  #spread(own: OwnParam, name: string, value: unknown): void {
    const object: Record<string, ArgValue> = {};
    this.#put(object, own, name, value);
    for (const [key, each] of Object.entries(object[name] ?? {})) {
      if (this.#targetNames.includes(key)) this.problems[key] = `belongs beside "${name}"`;
      else this.take(key, each);
    }
  }

  #takeTarget(name: string, value: unknown): void {
    const text = typeof value === "number" ? String(value) : value;
    if (text === null || text === "") return;
    if (typeof text !== "string" || text.length > 255) {
      const what = name === "vmid" ? "a number or name" : "a name";
      this.problems[name] = `expected ${what} of 255 characters at most, got ${quoted(value)}`;
      return;
    }
    if (name !== "type") return void (this.target[name] = text);
    const type = lookup(GUEST_TYPES, text.toLowerCase());
    if (type) this.target.type = type;
    else this.problems.type = `expected vm or lxc, got ${quoted(text)}`;
  }

  finish(): void {
    if (this.#cleared.length > 0) {
      const keys = [...splitList(this.args.delete), ...this.#cleared];
      const asArray = factOfParam(this.action, "delete")?.type === "array";
      this.args.delete = asArray ? keys : keys.join(",");
    }
    this.#storageOfVolume();
    for (const [name, value] of Object.entries(this.action.defaults ?? {})) {
      if (value !== undefined && this.args[name] === undefined) this.args[name] = value;
    }
    for (const [name, value] of Object.entries(this.action.fixed ?? {})) {
      if (value !== undefined) this.args[name] = value;
    }
    for (const name of missingNames(this.tool, this.action, this.args, this.target)) {
      if (this.problems[name] === undefined) this.problems[name] = "is missing";
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

/** The action that a call names. */
export interface Chosen {
  readonly actionName: string;
  readonly action: Action;
}

/**
 * Reads which action a call names, before its other arguments are looked at.
 *
 * @throws {ToolError} When it names none, or the arguments are no object of a bounded size.
 */
export function chooseAction(tool: ToolDefinition, raw: unknown): Chosen {
  const actionName = pickAction(tool, givenArguments(tool.name, raw));
  return { actionName, action: tool.actions[actionName]! };
}

/** No field has a comma in its name: `vmid,name` are two. */
function viewOf(view: Readonly<Record<string, ArgValue>>): View {
  const fields = view.fields as readonly string[] | undefined;
  if (!fields) return view as View;
  return { ...view, fields: fields.flatMap((field) => field.split(/[,\s]+/)) } as View;
}

/**
 * Reads the arguments of a call.
 *
 * @throws {ToolError} With everything that is wrong with them.
 */
export function acceptArguments(tool: ToolDefinition, raw: unknown): Accepted {
  const { actionName, action } = chooseAction(tool, raw);
  const given = raw as Readonly<Record<string, unknown>>;
  const reader = new Reader(tool, action);
  const discriminator = isSingle(tool) ? undefined : tool.discriminator ?? "action";
  for (const [name, value] of Object.entries(given)) {
    if (name !== discriminator) reader.take(name, value);
  }
  reader.finish();
  if (Object.keys(reader.problems).length > 0) {
    const which = isSingle(tool) ? tool.name : `${tool.name} ${actionName}`;
    throw new ToolError(`Cannot call ${which} with these arguments`, {
      reason: "Nothing was sent to Proxmox VE",
      parameters: reader.problems,
    });
  }
  return {
    actionName,
    action,
    args: reader.args,
    target: reader.target,
    view: viewOf(reader.view),
    notes: reader.notes,
  };
}
