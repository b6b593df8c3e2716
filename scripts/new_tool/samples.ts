/**
 * Arguments for the first calls of a new tool: what the calls of the other tools give a parameter
 * of the same name, as all of them are made on the same embedded cluster.
 *
 * @module
 */
import type { ParamFact } from "../../src/pve/api.ts";
import { COMPANY } from "../../src/simulator/seed/company.ts";
import { type Args, casesOf } from "../../tests/contract/calls/line.ts";
import { CALLS } from "../../tests/contract/calls/all.ts";
import type { NewAction } from "./actions.ts";

/** What the lines of some tools give a parameter, the most frequent value first. */
function valuesOf(tools: readonly string[], name: string): string[] {
  const counts = new Map<string, number>();
  const cases = tools.flatMap((tool) => Object.values(CALLS[tool] ?? {}).flatMap(casesOf));
  for (const [, [args]] of cases) {
    if (typeof args === "function" || args[name] === undefined) continue;
    const text = JSON.stringify(args[name]);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([text]) => text);
}

function valueByFact({ type, enum: values, minimum }: ParamFact): unknown {
  if (values) return values[0];
  if (type === "integer" || type === "number") return minimum ?? 1;
  return type === "boolean" ? true : "example";
}

/** A value of a parameter: that of the tools of the same category, else that of any tool. */
function valueOf(name: string, fact: ParamFact, siblings: readonly string[]): unknown {
  const [text] = [...valuesOf(siblings, name), ...valuesOf(Object.keys(CALLS), name)];
  return text === undefined ? valueByFact(fact) : JSON.parse(text);
}

/** A guest of each type that the operation serves; undefined when it is about none. */
function guestsOf({ operation }: NewAction): (readonly [type: string, vmid: number])[] {
  const types = (["qemu", "lxc"] as const).filter((type) =>
    operation.includes(`/${type}/{vmid}`) || operation.includes("/{type}/{vmid}")
  );
  return types.map((type) => [type, COMPANY.guests.find((guest) => guest.type === type)!.vmid]);
}

/**
 * The arguments of an action's calls: one, or one for each type of guest.
 *
 * @param siblings Names of the tools whose values fit best.
 */
export function sampleCalls(
  action: NewAction,
  siblings: readonly string[],
): (readonly [type: string, args: Args])[] {
  const { vmid, ...others } = action.required;
  const args = Object.fromEntries(
    Object.entries(others).map(([name, fact]) => [name, valueOf(name, fact, siblings)]),
  );
  const guests = guestsOf(action);
  if (guests.length > 0) return guests.map(([type, guest]) => [type, { vmid: guest, ...args }]);
  return [["", vmid ? { vmid: valueOf("vmid", vmid, siblings), ...args } : args]];
}
