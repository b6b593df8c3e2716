/**
 * Firewall rules of every place: an ordered list, addressed by position.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import { type Handlers, knownOperations } from "../core/handler.ts";
import { fields, list, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { rulesOf, type Scope, SCOPES, setRules } from "./scope.ts";
import { verifyRule } from "./verify.ts";

/** What is no property of a rule. */
const NOT_PROPERTIES = ["digest", "delete", "moveto", "pos"];

function merged(rule: Entry, call: Call): Entry {
  const result = { ...rule };
  for (const [name, value] of Object.entries(fields(call, NOT_PROPERTIES))) {
    if (value === "" || value === "-") delete result[name];
    else result[name] = value;
  }
  for (const name of list(call, "delete")) delete result[name];
  return result;
}

function position(rules: readonly Entry[], call: Call): number {
  const pos = number(call, "pos") ?? 0;
  if (pos >= rules.length) throw failed(`no rule at position ${pos}`);
  return pos;
}

function moved(rules: readonly Entry[], from: number, to: number): Entry[] {
  const result = rules.flatMap((rule, at) => {
    if (at === from) return [];
    return at === to ? [rules[from] ?? {}, rule] : [rule];
  });
  return to >= rules.length ? [...result, rules[from] ?? {}] : result;
}

/** The rules of a place, when they are as the caller has seen them, and the one that is meant. */
function chosenRule(
  cluster: Cluster,
  place: ReturnType<Scope["of"]>,
  call: Call,
): { readonly rules: ReturnType<typeof rulesOf>; readonly pos: number } {
  const rules = rulesOf(cluster, place);
  assertUnmodified(digestOf(rules), text(call, "digest"));
  return { rules, pos: position(rules, call) };
}

function update(scope: Scope, cluster: Cluster, call: Call): null {
  const place = scope.of(call);
  const { rules, pos } = chosenRule(cluster, place, call);
  const moveto = number(call, "moveto");
  if (moveto !== undefined && moveto !== pos) {
    setRules(cluster, place, moved(rules, pos, moveto));
    return null;
  }
  const rule = verifyRule(merged(rules[pos] ?? {}, call), scope, cluster, place);
  setRules(cluster, place, rules.map((each, at) => at === pos ? rule : each));
  return null;
}

function remove(scope: Scope, cluster: Cluster, call: Call): null {
  const place = scope.of(call);
  const { rules, pos } = chosenRule(cluster, place, call);
  setRules(cluster, place, rules.filter((_, at) => at !== pos));
  return null;
}

function handlersOf(scope: Scope): Handlers {
  return knownOperations({
    [`GET ${scope.rules}`]: (cluster, call) => {
      const rules = rulesOf(cluster, scope.of(call));
      const digest = digestOf(rules);
      return rules.map((rule, pos) => ({ ...rule, pos, digest }));
    },
    [`POST ${scope.rules}`]: (cluster, call) => {
      const place = scope.of(call);
      const rules = rulesOf(cluster, place);
      const rule = verifyRule(merged({ enable: 0 }, call), scope, cluster, place);
      setRules(cluster, place, [rule, ...rules]);
      return null;
    },
    [`GET ${scope.rules}/{pos}`]: (cluster, call) => {
      const rules = rulesOf(cluster, scope.of(call));
      const pos = position(rules, call);
      // The position comes from the path, so PVE answers it as text.
      return { ...rules[pos], pos: String(pos), digest: digestOf(rules) };
    },
    [`PUT ${scope.rules}/{pos}`]: (cluster, call) => update(scope, cluster, call),
    [`DELETE ${scope.rules}/{pos}`]: (cluster, call) => remove(scope, cluster, call),
  });
}

/** Handlers of the rules of all places. */
export const handlers: Handlers = Object.assign({}, ...SCOPES.map(handlersOf));
