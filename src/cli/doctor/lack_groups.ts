/**
 * What a token lacks in a few lines: privileges by the part of the tree in which they are lacking.
 *
 * @module
 */
import { counted, some } from "../../base/text/units.ts";

/** An action of a tool, and what it lacks: `VM.Clone on /vms/{vmid}; SDN.Use on /sdn/zones`. */
export interface Lacking {
  readonly category: string;
  readonly lacks: readonly string[];
}

/** `VM.Audit or VM.Config.Disk on /vms/{vmid}` */
const LACK = /([A-Z]\w*(?:\.\w+)+(?: (?:or|and) [A-Z]\w*(?:\.\w+)+)*) on ([^\s;,]+)/g;

/** Some privileges below a path, of which one may be enough. */
interface Need {
  readonly area: string;
  readonly privileges: readonly string[];
  readonly oneIsEnough: boolean;
}

/** The first of the ways to what an action lacks. */
function needsOf(lack: string): Need[] {
  const needs: Need[] = [];
  let end = 0;
  for (const found of lack.matchAll(LACK)) {
    const [text, names = "", path = ""] = found;
    if (needs.length > 0 && / or /.test(lack.slice(end, found.index))) break;
    end = found.index + text.length;
    const [area = "/"] = /^\/[a-z]*/.exec(path) ?? [];
    const oneIsEnough = names.includes(" or ");
    needs.push({ area, privileges: names.split(/ (?:or|and) /), oneIsEnough });
  }
  return needs;
}

/** The privileges that are enough for all of the needs. */
function privilegesFor(needs: readonly Need[]): string[] {
  const all = new Set(needs.flatMap((need) => need.oneIsEnough ? [] : need.privileges));
  for (const { privileges, oneIsEnough } of needs) {
    const [first = ""] = privileges;
    if (oneIsEnough && !privileges.some((each) => all.has(each))) all.add(first);
  }
  return [...all].sort();
}

/** A line for each part of the tree, the one that most actions lack first. */
export function groupLines(lacking: readonly Lacking[]): string[] {
  const areas = Map.groupBy(
    lacking.flatMap((each) =>
      each.lacks.flatMap((lack) => lack.split("; ")).flatMap(needsOf).map((need) => ({
        each,
        need,
      }))
    ),
    ({ need }) => need.area,
  );
  const actionsOf = (rows: readonly { readonly each: Lacking }[]): readonly Lacking[] => [
    ...new Set(rows.map(({ each }) => each)),
  ];
  return [...areas].map(([area, rows]) => ({ area, rows, actions: actionsOf(rows) }))
    .sort((one, other) => other.actions.length - one.actions.length)
    .map(({ area, rows, actions }) => {
      const privileges = privilegesFor(rows.map(({ need }) => need)).join(", ");
      const categories = [...new Set(actions.map(({ category }) => category))];
      return `${privileges} on ${area}: ${counted(actions.length, "action")} of ${
        some(categories)
      }`;
    });
}
