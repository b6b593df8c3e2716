/**
 * docs/effects.md: what each operation takes away, and when somebody is asked about it.
 *
 * @module
 */
import type { Effect, OperationEffects } from "../../src/pve/effects/effect.ts";
import { EFFECTS } from "../../src/pve/effects/effects.ts";
import { table } from "../markdown.ts";

const HEAD = `# What operations take away

Generated from the table of effects, \`src/pve/effects\`, by which every change is judged, whichever
tool or API call sends it. Where an operation takes something away, it is confirmed, and refused for
protected guests whose loss it is. Whether a request does is judged on what is there at that moment:
"with" names the parameters that it depends on, and nobody is asked when nothing would go.
"Protected" says whether a guest may lose by it, and so whether protection can refuse it.
`;

function isProtected(effects: OperationEffects): boolean {
  return Array.isArray(effects) && effects.some(({ ofGuests }: Effect) => ofGuests !== false);
}

function cellsOf(effects: OperationEffects): [takes: string, when: string] {
  if ("nothing" in effects) return [`nothing: ${effects.nothing}`, "never"];
  if ("mayTake" in effects) return [effects.mayTake, "never: it is up to the caller's text"];
  if (effects.length === 0) return ["nothing", "never"];
  const takes = effects.map(({ takes }) => takes).join("; ");
  const always = effects.some(({ by }) => by === undefined);
  const names = [...new Set(effects.flatMap(({ by = [] }) => by))];
  if (always) return [takes, "always"];
  return [takes, `with ${names.map((name) => `\`${name}\``).join(", ")}`];
}

/** By path, so that what is done to one thing stands together. */
function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  const path = (name: string): string => name.slice(name.indexOf(" "));
  return path(one).localeCompare(path(other), "en") || one.localeCompare(other, "en");
}

export function effectsPage(): string {
  const rows = Object.entries<OperationEffects>(EFFECTS).toSorted(byPath)
    .map(([name, effects]) => [
      `\`${name}\``,
      ...cellsOf(effects),
      isProtected(effects) ? "guests" : "",
    ]);
  return `${HEAD}\n${table(["Operation", "Takes away", "Asked", "Protected"], rows)}\n`;
}
