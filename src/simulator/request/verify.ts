/**
 * Parameter verification: what arrived against the API facts, with PVE's words, and from there to
 * typed values.
 *
 * @module
 */
import { type OperationFact, type ParamFact, paramFact } from "../../pve/api.ts";
import {
  addMissingCompanion,
  addUnknown,
  type CheckErrors,
  checkValue,
} from "../../pve/formats/formats.ts";
import type { ParamValue } from "../core/call.ts";
import { invalid } from "../core/refusal.ts";

/** A value as it arrived: text, repeated text, or what a JSON body held. */
export type RawValue = unknown;

/** A list that arrived in pieces is one text when the format is a list. */
function joined(fact: ParamFact, value: RawValue): RawValue {
  if (fact.type === "array") return Array.isArray(value) || value === undefined ? value : [value];
  const isList = /-a?list$/.test(fact.format ?? "");
  return Array.isArray(value) && isList ? value.join(",") : value;
}

function typed(fact: ParamFact, value: RawValue): ParamValue {
  if (Array.isArray(value)) return value.map(String);
  if (fact.type === "boolean") return value === true || String(value) === "1";
  if (fact.type === "integer" || fact.type === "number") return Number(value);
  return String(value);
}

/** The facts of a parameter for the given type of entry, or undefined when it is not for it. */
function applicable(fact: ParamFact, kinds: ReadonlySet<string>): ParamFact | undefined {
  if (fact.oneOf) return fact.oneOf.find((each) => !each.instanceTypes || isFor(each, kinds));
  return fact.variants && !isFor(fact, kinds) ? undefined : fact;
}

function isFor(fact: ParamFact, kinds: ReadonlySet<string>): boolean {
  return [...fact.variants ?? [], ...fact.instanceTypes ?? []].some((kind) => kinds.has(kind));
}

/**
 * Checks the parameters of a request and types them.
 *
 * @param path Values of the placeholders.
 * @param rawParams All other parameters as they arrived.
 * @returns Parameters that are not in the path.
 * @throws {ApiError} 400 with a message per parameter.
 */
export function verify(
  fact: OperationFact,
  path: Readonly<Record<string, string>>,
  rawParams: Readonly<Record<string, RawValue>>,
): Record<string, ParamValue> {
  const errors: CheckErrors = new Map();
  const all: Record<string, RawValue> = { ...rawParams, ...path };
  const kinds = new Set(Object.values(all).filter((value) => typeof value === "string"));
  const params: Record<string, ParamValue> = {};
  for (const [name, each] of Object.entries(fact.params)) {
    if (each.maxIndex !== undefined || all[name] !== undefined) continue;
    const known = applicable(each, kinds);
    if (known) checkValue(known, undefined, name, errors);
  }
  for (const [name, raw] of Object.entries(all)) {
    const declared = paramFact(fact, name);
    const known = declared && applicable(declared, kinds);
    if (!known) {
      if (!fact.additional) addUnknown(errors, name);
      else params[name] = String(raw);
      continue;
    }
    const value = joined(known, raw);
    checkValue(known, value, name, errors);
    if (known.requires !== undefined && all[known.requires] === undefined) {
      addMissingCompanion(errors, name, known.requires);
    }
    if (value !== undefined && value !== null) params[name] = typed(known, value);
  }
  if (errors.size > 0) throw invalid(Object.fromEntries(errors));
  for (const name of Object.keys(path)) delete params[name];
  return params;
}
