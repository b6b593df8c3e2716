/**
 * What a parameter takes, in a few words: choices, bounds, the keys of a property string, its unit.
 * What does not fit is left out with an ellipsis.
 *
 * @module
 */
import { rangesOf } from "../base/text/ranges.ts";
import { formatTable, type Operation, type ParamFact } from "../pve/api.ts";
import { parameterNotes } from "./parameter_notes.ts";

/** Characters of the choices or keys of one parameter. */
const MAX_CHARACTERS = 90;

/** Before the number of what was left out. */
export const ELLIPSIS = "… ";

/** As many as fit, and how many there are beyond. */
function fitted(parts: readonly string[], separator: string, most: number): string {
  let text = "";
  for (const [index, part] of parts.entries()) {
    const longer = index === 0 ? part : text + separator + part;
    if (index > 0 && longer.length > most) {
      return `${text}${separator}${ELLIPSIS}${parts.length - index} more`;
    }
    text = longer;
  }
  return text;
}

/** A few of the choices: enough to see what they are. */
export function shortChoices(values: readonly string[]): string {
  return choices(values, 60);
}

function choices(values: readonly string[], most: number): string {
  // Paths are choices, too: /dev/urandom.
  const separator = values.some((each) => each.includes("/")) ? " or " : "/";
  return fitted(rangesOf(values), separator, most);
}

function bounds({ minimum, maximum }: ParamFact): string {
  if (minimum === undefined && maximum === undefined) return "";
  return maximum === undefined ? `≥ ${minimum}` : `${minimum ?? ""}…${maximum}`;
}

/** The value of a key of a property string. */
function keyValue(key: string, fact: ParamFact, most: number): string {
  if (fact.enum) return choices(fact.enum, most / 2);
  if (fact.type === "boolean") return "0/1";
  return bounds(fact) || fact.format?.replace(/^pve-/, "") || fact.type || key;
}

/** `model=virtio/e1000…,[bridge=…]`: the keys of a property string, needed ones first. */
function keys(table: Readonly<Record<string, ParamFact>>, most: number): string {
  const own = Object.entries(table).filter(([, { alias }]) => alias === undefined);
  const rank = ({ optional, default_key: first }: ParamFact): number =>
    first ? 0 : optional ? 2 : 1;
  const parts = own.toSorted(([, one], [, other]) => rank(one) - rank(other))
    .map(([key, fact]) => {
      const pair = `${fact.default_key ? `[${key}=]` : `${key}=`}${keyValue(key, fact, most)}`;
      return fact.optional ? `[${pair}]` : pair;
    });
  return fitted(parts, ",", most);
}

/** What the values of a parameter look like; "" when the type says it all. */
export function valueText(fact: ParamFact, most = MAX_CHARACTERS): string {
  if (fact.enum) return choices(fact.enum, most);
  const limits = bounds(fact);
  if (limits !== "") return limits;
  const { format, items } = fact;
  if (format !== undefined) {
    const table = formatTable(format);
    if (table) return keys(table, most);
    if (!format.startsWith("#")) return format.replace(/^pve-/, "");
  }
  if (items) return valueText(items, most);
  const { pattern = "" } = fact;
  return pattern.length <= most ? pattern : `${pattern.slice(0, most)}${ELLIPSIS}more`;
}

/** What a parameter of an operation takes, with what only its name tells. */
export function parameterText(
  operation: Operation,
  name: string,
  fact: ParamFact,
  most = MAX_CHARACTERS,
): string {
  const numbers = fact.maxIndex === undefined ? "" : `n: 0…${fact.maxIndex}`;
  return [valueText(fact, most), numbers, ...parameterNotes(operation, name, fact)]
    .filter((each) => each !== "").join("; ");
}
