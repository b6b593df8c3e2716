/**
 * What tells the actions of a tool apart, in a few words: which of them need what, and which alone
 * take what. What goes without saying is not said: that an object is named to get or change it, and
 * that what makes it takes its settings.
 *
 * @module
 */
import type { Actions, ToolDefinition } from "./define.ts";
import { acceptedNames, listedNames } from "./parameter_names.ts";
import { requiredNames } from "./required.ts";
import { targetOf } from "./target.ts";

/** Names that each action has to do with. */
type Rows = readonly (readonly [action: string, names: readonly string[]])[];

/** Actions on one object, which they name: `get`, `get_plugin`. */
const ON_ONE = ["get", "create", "update", "delete"];
/** Actions that take an object's settings. */
const SETTING = ["create", "add", "update"];

/** What each action cannot do without. */
export function needsOf(tool: ToolDefinition, actions: Actions): Rows {
  return actions.map(([name, action]) => [name, requiredNames(tool, action)] as const);
}

/** What all actions have to do with. */
export function commonNames(rows: Rows): Set<string> {
  const [[, first] = ["", []]] = rows;
  return new Set(first.filter((name) => rows.every(([, names]) => names.includes(name))));
}

/** Actions that a name belongs to. */
function actionsOf(rows: Rows, name: string): string[] {
  return rows.filter(([, names]) => names.includes(name)).map(([action]) => action);
}

/** Groups keys that have the same values: `[["get", "delete"], ["id"]]`. */
function grouped(rows: Rows): [keys: string[], values: readonly string[]][] {
  const groups = new Map<string, [string[], readonly string[]]>();
  for (const [key, values] of rows.filter(([, values]) => values.length > 0)) {
    const group = groups.get(values.join()) ?? [[], values];
    group[0].push(key);
    groups.set(values.join(), group);
  }
  return [...groups.values()];
}

/** Names that several actions need or take, or several of which some actions do. */
interface Clause {
  readonly which: string;
  readonly says: string;
}

function clause(
  verb: "need" | "take",
  actions: readonly string[],
  names: readonly string[],
  all: readonly string[],
): Clause {
  const others = all.filter((action) => !actions.includes(action));
  const [these, butOthers] = [actions.join(", "), `all but ${others.join(", ")}`];
  const which = butOthers.length < these.length ? butOthers : these;
  return { which, says: `${verb}${which === actions[0] ? "s" : ""} ${names.join(", ")}` };
}

function length(clauses: readonly Clause[]): number {
  return clauses.reduce((sum, { which, says }) => sum + which.length + says.length, 0);
}

/** `create, delete need volume; list needs storage`: by action or by name, whichever is shorter. */
function clauses(verb: "need" | "take", rows: Rows): Clause[] {
  const all = rows.map(([action]) => action);
  const names = [...new Set(rows.flatMap(([, each]) => each))];
  const byName = names.map((name) => [name, actionsOf(rows, name)] as const);
  const one = grouped(rows).map(([actions, each]) => clause(verb, actions, each, all));
  const other = grouped(byName).map(([each, actions]) => clause(verb, actions, each, all));
  return length(other) < length(one) ? other : one;
}

/** True for a parameter that shares a word with its action: `iface`, `dump` and `dump_type`. */
function isNamedAlike(action: string, name: string): boolean {
  const words = action.split("_");
  return name.split(/[-_]/).some((word) => words.includes(word));
}

function without(rows: Rows, left: (name: string) => boolean): Rows {
  return rows.map(([action, names]) =>
    [action, names.filter((name) => !left(name) && !isNamedAlike(action, name))] as const
  );
}

/** True when all of those actions that there are have to do with a name. */
function belongsToAll(those: readonly string[], least: number, rows: Rows, name: string): boolean {
  const there = rows.map(([action]) => action).filter((action) =>
    those.includes(action.split("_")[0] ?? "")
  );
  const own = actionsOf(rows, name);
  return there.length >= least && there.every((action) => own.includes(action));
}

/** What the actions need and take that others of the tool do not. */
export function differencesText(tool: ToolDefinition, actions: Actions): string {
  const needs = needsOf(tool, actions);
  const common = commonNames(needs);
  const named = [...new Set(needs.flatMap(([, names]) => names))].filter((name) =>
    !common.has(name) && belongsToAll(ON_ONE, 2, needs, name)
  );
  const object = named.length === 1 ? named[0] : undefined;
  const listed = [...new Set(actions.flatMap(([, action]) => listedNames(tool, action)))];
  const takes = actions.map(([name, action]) => {
    // What changes something shares the settings that another action lists.
    const own = action.kind === "read" ? listedNames(tool, action) : acceptedNames(tool, action);
    return [name, listed.filter((each) => own.includes(each))] as const;
  });
  const placed = actions.some(([, action]) => ["node", "task"].includes(targetOf(tool, action)));
  const goesWithoutSaying = (name: string): boolean =>
    placed && name === "node" ||
    actionsOf(takes, name).length === actions.length || actionsOf(needs, name).length > 0 ||
    belongsToAll(SETTING, 1, takes, name);
  const all = [
    ...clauses("need", without(needs, (name) => common.has(name) || name === object)),
    ...clauses("take", without(takes, goesWithoutSaying)),
  ];
  const together = Map.groupBy(all, ({ which }) => which);
  return [...together].map(([which, each]) => `${which} ${each.map(({ says }) => says).join(", ")}`)
    .join("; ");
}
