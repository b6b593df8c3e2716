/**
 * What is wrong with a call, by its answer and by what reached the cluster.
 *
 * @module
 */
import type { SeenRequest } from "../../../src/simulator/simulator.ts";
import type { Action } from "../../../src/tool/define.ts";
import { allOperations } from "../../../src/tool/operation.ts";
import type { ToolAnswer } from "../../harness.ts";
import { BULLET, literally, MARKS, outcomeOf } from "../../outcome.ts";
import type { Args, Around } from "./line.ts";

/** Where an operation's requests go: `{volume}` and `{cidr}` may hold slashes, others not. */
export function pattern(operation: string): RegExp {
  const [method = "", path = ""] = operation.split(" ");
  const places = path.replace(/\{(\w+)\}/g, (_, name) => /volume|cidr/.test(name) ? ".+" : "[^/]+");
  return new RegExp(`^${method} /api2/json${places}$`);
}

/** Operations of an action that were asked for. */
export function reachedOf(action: Action, requests: readonly SeenRequest[]): Set<string> {
  const seen = requests.map(({ method, path }) => `${method} ${path}`);
  return new Set(
    allOperations(action).filter((operation) => {
      const form = pattern(operation);
      return seen.some((each) => form.test(each));
    }),
  );
}

/** A detail without a value. */
const EMPTY_DETAIL = new RegExp(`^${literally(BULLET)}[^:]+:( -| null)?\\s*$`, "m");

/** What would puzzle a reader of an answer's text. */
function unreadable(text: string): string[] {
  const [title = ""] = text.split("\n");
  const plain = text.replace(/:\n(`{3,})\n[^]*?\n\1(?=\n|$)/g, ": text");
  const faults: readonly (readonly [wrong: boolean, fault: string])[] = [
    [/\[object |\bundefined\b|\bNaN\b|\bInfinity\b/.test(text), "shows how it was programmed"],
    [!/^\S/.test(title.slice(MARKS[outcomeOf(title) ?? "done"].length)), "has no title"],
    [outcomeOf(title) === undefined, "does not say how the call went"],
    [/\{\w+\}/.test(title), "has a place in its title that nothing filled"],
    [EMPTY_DETAIL.test(plain), "has a detail that says nothing"],
    [/^- /m.test(plain), "has a row without its name"],
    [/^\s*$/m.test(plain), "has an empty line"],
    [title.includes("  "), "has a gap in its title"],
  ];
  return faults.filter(([wrong]) => wrong).map(([, fault]) => `The answer ${fault}`);
}

/** What the answer must hold. */
function wordsFor({ closed, refused, says = [] }: Around): readonly string[] {
  if (closed === "root only") return ["root@pam", "Nothing was sent"];
  if (closed === "gone") return ["proxmox_ha_rule"];
  return refused === undefined ? says : [refused];
}

/** A digest of yesterday must stop the call, unless PVE has none to compare: then it says so. */
function digestFaults({ isError, text }: ToolAnswer): string[] {
  const wanted = isError ? "read it again" : '"digest" was not used';
  return text.includes(wanted) ? [] : [`The answer does not say "${wanted}"`];
}

/** What must not have happened on the way. */
function requestFaults(
  action: Action,
  { closed, over, refused }: Around,
  requests: readonly SeenRequest[],
): string[] {
  if (closed === "root only") return requests.length > 0 ? ["Something was sent"] : [];
  if (refused !== undefined) return [];
  const deleted = requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);
  // What was deleted is looked for once more.
  const isGone = (each: SeenRequest): boolean =>
    each.method === "GET" && deleted.includes(each.path);
  const bad = requests.filter((each) =>
    (each.status === 400 && !isGone(each)) || each.status === 501
  );
  const unreached = !over && reachedOf(action, requests).size === 0;
  return [
    ...(unreached ? [`None of ${allOperations(action).join(", ")} reached the cluster`] : []),
    ...bad.map(({ method, path, status, body }) => `${status} to ${method} ${path} ${body}`),
  ];
}

/** An answer about one thing names it. */
function nameFaults(action: Action, args: Args, { text }: ToolAnswer): string[] {
  if (action.kind !== "read") return [];
  const [title = ""] = text.split("\n");
  const names = allOperations(action).map((operation) => /\{(\w+)\}$/.exec(operation)?.[1] ?? "");
  return [...new Set(names)].filter((name) => {
    const value = args[name];
    return value !== undefined && value !== "" && !title.includes(String(value));
  }).map((name) => `The title does not say which ${name}`);
}

/** What is wrong with a call; empty when all is well. */
export function judge(
  action: Action,
  args: Args,
  around: Around,
  answer: ToolAnswer,
  requests: readonly SeenRequest[],
): string[] {
  const fails = around.closed !== undefined || around.refused !== undefined;
  const ended = answer.isError === fails ? [] : [fails ? "It succeeded" : "It failed"];
  return [
    ...(around.stale ? digestFaults(answer) : ended),
    ...requestFaults(action, around, requests),
    ...wordsFor(around).filter((part) => !answer.text.includes(part)).map((part) =>
      `The answer does not say "${part}"`
    ),
    ...(fails || answer.isError ? [] : nameFaults(action, args, answer)),
    ...unreadable(answer.text),
  ];
}
