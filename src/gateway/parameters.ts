/**
 * What an operation takes, one line a parameter.
 *
 * @module
 */
import { rangesText } from "../base/text/ranges.ts";
import { formatTable, type Operation, operationFact, type ParamFact } from "../pve/api.ts";
import { base64Form } from "../pve/base64_params.ts";
import type { Row } from "../tool/answer.ts";

/** Characters of values on a line; a wrong value is answered with those that fit. */
const MAX_CHARACTERS = 120;

/** As many of the words as fit on a line, and how many more there are. */
function shortened(words: readonly string[]): string {
  let shown = 0;
  for (let length = 0; shown < words.length; shown++) {
    length += words[shown]!.length + 2;
    if (length > MAX_CHARACTERS) break;
  }
  const more = words.length - shown;
  return `${words.slice(0, shown).join(", ")}${more > 0 ? ` … ${more} more` : ""}`;
}

/** Choices, properties of a property string, or the name of a format. */
function valuesText(operation: Operation, name: string, fact: ParamFact): string {
  const base64 = base64Form(operation, name);
  if (base64 === "whole") return "text, sent in base64";
  if (base64 === "named") return "name=N,value=V; V is sent in base64";
  if (fact.enum) return shortened(rangesText(fact.enum.map(String)).split(", "));
  const properties = fact.format === undefined ? undefined : formatTable(fact.format);
  return properties ? shortened(Object.keys(properties)) : fact.format ?? "";
}

/** What an operation takes, one row a parameter. */
export function parameterRows(operation: Operation): Row[] {
  return Object.entries(operationFact(operation).params).map(([name, fact]) => ({
    name,
    type: fact.type ?? "string",
    required: fact.optional ? 0 : 1,
    values: valuesText(operation, name, fact),
    bounds: [fact.minimum, fact.maximum].some((bound) => bound !== undefined)
      ? `${fact.minimum ?? ""}…${fact.maximum ?? ""}`
      : "",
    default: fact.default ?? "",
  }));
}
