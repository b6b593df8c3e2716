/**
 * The privileges that each toolset needs, from the check expressions of the API facts.
 *
 * @module
 */
import { type Operation, operationFact, refusesTokens } from "../../src/pve/api.ts";
import { CATEGORIES, type CategoryName } from "../../src/tool/categories.ts";
import type { Action, ToolDefinition } from "../../src/tool/define.ts";
import { allOperations, usedOperations } from "../../src/tool/operation.ts";
import { tierOf } from "../../src/tool/registry.ts";
import { table } from "../markdown.ts";
import { HANDLER_CHECKS } from "./handler_checks.ts";
import { toolsOf } from "./tools.ts";
import { targetOf } from "../../src/tool/target.ts";

/** Privileges by the path to grant them on. */
export type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** An action of a toolset with the words to call it by. */
interface Named {
  readonly call: string;
  readonly tool: ToolDefinition;
  readonly action: Action;
}

/** `PATH PRIVILEGE`: one privilege on one path. */
type Need = string;
type Check = readonly unknown[];

/** Privileges to change things with; no role for reading has them. */
const POWERFUL = /\.(Modify|Allocate|Unrestricted)$/;
const NAMES = Object.keys(CATEGORIES) as CategoryName[];

/** `/vms/{vmid}` → `/vms`: what is granted there comes down to what is below. */
function rootOf(path: string): string {
  return path.split("/{")[0] || "/";
}

function product(one: Need[][], other: Need[][]): Need[][] {
  return one.flatMap((left) => other.map((right) => [...left, ...right]));
}

/** All ways to satisfy a check, each a list of what it takes. */
function waysOf(check: Check): Need[][] {
  const [kind, ...rest] = check;
  const on = (path: string, names: readonly string[], any: boolean): Need[][] => {
    const needs = names.map((name) => `${rootOf(path)} ${name}`);
    return any ? needs.map((need) => [need]) : [needs];
  };
  switch (kind) {
    case "perm":
      return on(rest[0] as string, rest[1] as readonly string[], rest.includes("any"));
    case "and":
      return rest.map((each) => waysOf(each as Check)).reduce(product);
    case "or":
      return rest.flatMap((each) => waysOf(each as Check));
    case "perm-modify":
      return [["/ Permissions.Modify"]];
    case "userid-group":
      return on("/access/groups", rest[0] as readonly string[], true);
    case "userid-param":
      return rest[0] === "self" ? [] : [[`/access/realm ${rest[0]}`]];
    default:
      throw new TypeError(`Cannot read the check "${String(kind)}" of the API facts`);
  }
}

/** Auditing comes first, what not everybody has or may have last. */
function cost(way: readonly Need[], has: ReadonlySet<Need>): number {
  return way.filter((need) => !has.has(need)).reduce((sum, need) => {
    if (need.endsWith(".Audit")) return sum + 1;
    return sum + (POWERFUL.test(need) || need.startsWith("/pool ") ? 9 : 3);
  }, 0);
}

/** What an operation takes; of several ways the one that adds least to what is there. */
function needsOfOperation(operation: Operation, has: ReadonlySet<Need>): Need[] {
  const { permissions } = operationFact(operation);
  const ways = permissions?.check ? waysOf(permissions.check) : [];
  const [best = []] = ways.toSorted((one, other) => cost(one, has) - cost(other, has));
  const handler = HANDLER_CHECKS[operation] ?? [];
  return [
    ...best,
    ...handler.flatMap(([path, ...names]) => names.map((name) => `${path} ${name}`)),
  ];
}

/** What finding the target takes. */
const FINDING: Readonly<Record<string, Need>> = {
  guest: "/vms VM.Audit",
  storage: "/storage Datastore.Audit",
};

function needsOfAction({ tool, action }: Named, has: ReadonlySet<Need>): Need[] {
  const finding = FINDING[targetOf(tool, action)];
  const operations = [...allOperations(action), ...usedOperations(action)]
    .filter((operation) => !refusesTokens(operationFact(operation)));
  return [
    ...(finding ? [finding] : []),
    ...operations.flatMap((operation) => needsOfOperation(operation, has)),
  ];
}

/** The actions of a toolset that a token may do at all. */
export function actionsOf(category: CategoryName, changes: boolean): Named[] {
  return toolsOf(category).flatMap(({ tool }) =>
    Object.entries(tool.actions)
      .filter(([, action]) => changes || tierOf(category, action) === "basic")
      .filter(([, action]) => !isClosed(action))
      .map(([name, action]) => ({
        call: name === "default" ? tool.name : `${tool.name} ${name}`,
        tool,
        action,
      }))
  );
}

/** True when no token may do it, whatever its privileges. */
function isClosed(action: Action): boolean {
  return allOperations(action).map(operationFact).every(refusesTokens);
}

/** Actions that only read, and yet take a privilege to change things with. */
export function costlyReads(category: CategoryName): Named[] {
  return actionsOf(category, false).filter((each) =>
    needsOfAction(each, new Set()).some((need) => POWERFUL.test(need))
  );
}

/** What a toolset needs for reading, or for everything it can do. */
export function rolesOf(category: CategoryName, changes: boolean): Needs {
  const costly = changes ? [] : costlyReads(category).map(({ call }) => call);
  const has = new Set<Need>();
  for (const each of actionsOf(category, changes)) {
    if (costly.includes(each.call)) continue;
    for (const need of needsOfAction(each, has)) has.add(need);
  }
  const paths = new Map<string, Set<string>>();
  for (const need of [...has].sort()) {
    const [path = "", name = ""] = need.split(" ");
    paths.set(path, (paths.get(path) ?? new Set()).add(name));
  }
  return paths;
}

function words(needs: Needs): string {
  return [...needs].map(([path, names]) => `\`${path}\`: ${[...names].join(", ")}`).join("<br>") ||
    "nothing";
}

function readingCell(category: CategoryName): string {
  if (actionsOf(category, false).length === 0) return "elevated as a whole";
  const costly = costlyReads(category).map(({ call }) => `\`${call}\``);
  const without = costly.length === 0 ? "" : `<br>without ${costly.join(", ")}`;
  return words(rolesOf(category, false)) + without;
}

/** The privileges of every toolset. */
export function rolesTable(): string {
  const rows = NAMES.map((category) => [
    `\`${category}\``,
    readingCell(category),
    words(rolesOf(category, true)),
  ]);
  return table(["Toolset", "To read", "To do all it can"], rows);
}

/** What takes root@pam with a password, whatever a token may do. */
export function closedActions(): string {
  const closed = NAMES.flatMap(toolsOf).flatMap(({ tool }) => {
    const actions = Object.entries(tool.actions).filter(([, action]) => isClosed(action));
    const names = actions.map(([name]) => `\`${name}\``);
    return names.length === 0 ? [] : [`- \`${tool.name}\`: ${names.join(", ")}`];
  });
  return closed.join("\n");
}

/** `pveum` lines that make a role for each path of a toolset, and grant it to a user and a token. */
export function grantCommands(
  category: CategoryName,
  options: { readonly user: string; readonly token: string; readonly changes: boolean },
): string {
  const { user, token, changes } = options;
  return [...rolesOf(category, changes)].flatMap(([path, names]) => {
    const suffix = path === "/" ? "root" : path.slice(1).replaceAll("/", "-");
    const role = `mcp-${category}-${suffix}`;
    return [
      `pveum role add ${role} --privs "${[...names].join(" ")}"`,
      `pveum acl modify ${path} --roles ${role} --users ${user} --tokens '${user}!${token}'`,
    ];
  }).join("\n");
}
