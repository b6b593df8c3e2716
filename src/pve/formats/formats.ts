/**
 * Checks values as PVE checks them, with PVE's words: types, bounds, patterns, named formats and
 * property strings. Source: PVE::JSONSchema.
 *
 * @module
 */
import { didYouMean } from "../../base/text/nearest.ts";
import { lookup } from "../../base/lookup.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { formatTable, type ParamFact } from "../api.ts";
import { FORMAT_RULES } from "./format_rules.ts";
import { perlPattern } from "./perl_pattern.ts";
import { PROPERTY_RULES } from "./property_rules.ts";
import { parseProperties } from "./property_string.ts";
import { splitList } from "../split_list.ts";

/** Messages by path: `net0`, `net0.model`, `nodes[1]`. */
export type CheckErrors = Map<string, string>;

/** Facts of the properties of an object, by key. */
export type Properties = Readonly<Record<string, ParamFact>>;

const NUMBER = /^[+-]?(?:\d+\.\d+|\d+\.|\.\d+|\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
/** Some of PVE's patterns take time by the square of the length. */
const MAX_MATCHED_CHARACTERS = 16_384;
const NOT_IN_SCHEMA = "property is not defined in schema and the schema does not allow " +
  "additional properties";

function addError(errors: CheckErrors, path: string, message: string): void {
  const before = errors.get(path);
  errors.set(path, before === undefined ? message : `${before}\n${message}`);
}

/** PVE's words for a value of the wrong type, or undefined. */
function typeError(type: ParamFact["type"], value: unknown): string | undefined {
  if (type === undefined) return undefined;
  const failed = `type check ('${type}') failed`;
  if (type === "array") return Array.isArray(value) ? undefined : failed;
  if (Array.isArray(value)) return `${failed} - got ARRAY`;
  if (typeof value === "boolean") {
    return type === "boolean" ? undefined : `${failed} - got JSON::PP::Boolean`;
  }
  if (typeof value === "object") return `${failed} - got HASH`;
  const text = String(value);
  const fits = type === "boolean"
    ? text === "0" || text === "1"
    : type === "integer"
    ? INTEGER.test(text)
    : type === "number"
    ? NUMBER.test(text)
    : true;
  return fits ? undefined : `${failed} - got '${text}'`;
}

/** PVE's words for the first rule that a plain value breaks, or undefined. */
function valueError(fact: ParamFact, value: string, path: string): string | undefined {
  if (fact.format !== undefined) {
    const wrong = checkFormat(fact.format, value, path);
    if (wrong !== undefined) return `invalid format - ${wrong}\n`;
  }
  const matches = (pattern: string): boolean =>
    value.length <= MAX_MATCHED_CHARACTERS && perlPattern(pattern).test(value);
  if (fact.pattern !== undefined && !matches(fact.pattern)) {
    return "value does not match the regex pattern";
  }
  if (fact.maxLength !== undefined && value.length > fact.maxLength) {
    return `value may only be ${fact.maxLength} characters long`;
  }
  if (fact.minLength !== undefined && value.length < fact.minLength) {
    return `value must be at least ${fact.minLength} characters long`;
  }
  if (NUMBER.test(value)) {
    if (fact.maximum !== undefined && Number(value) > fact.maximum) {
      return `value must have a maximum value of ${fact.maximum}`;
    }
    if (fact.minimum !== undefined && Number(value) < fact.minimum) {
      return `value must have a minimum value of ${fact.minimum}`;
    }
  }
  if (fact.enum && ![...fact.enum, ...fact.enumBefore9 ?? []].map(String).includes(value)) {
    return `value '${value}' does not have a value in the enumeration '${fact.enum.join(", ")}'`;
  }
  return undefined;
}

/**
 * Checks one value and adds PVE's words for what is wrong to `errors`.
 *
 * @param value Text, an array of texts, or what a JSON body held; undefined when it is not given.
 */
export function checkValue(
  fact: ParamFact,
  value: unknown,
  path: string,
  errors: CheckErrors,
): void {
  if (value === undefined || value === null) {
    if (!fact.optional && fact.alias === undefined) {
      addError(errors, path, "property is missing and it is not optional");
    }
    return;
  }
  const wrong = typeError(fact.type, value);
  if (wrong !== undefined) return addError(errors, path, wrong);
  if (Array.isArray(value)) {
    const { items } = fact;
    if (items) {
      value.forEach((item, index) => checkValue(items, item, `${path}[${index}]`, errors));
    }
    return;
  }
  if (typeof value === "boolean") return;
  const broken = valueError(fact, String(value), path);
  if (broken !== undefined) addError(errors, path, broken);
}

/** Checks the values of a property string against its table: missing, wrong, required together. */
function checkProperties(
  properties: Properties,
  values: Readonly<Record<string, unknown>>,
  path: string,
  errors: CheckErrors,
): void {
  const at = (key: string): string => path === "" ? key : `${path}.${key}`;
  for (const [key, fact] of Object.entries(properties)) {
    checkValue(fact, values[key], at(key), errors);
  }
  for (const key of Object.keys(values)) {
    const fact = lookup(properties, key);
    if (!fact) {
      addError(errors, at(key), NOT_IN_SCHEMA);
    } else if (fact.requires !== undefined && values[fact.requires] === undefined) {
      addError(errors, at(fact.requires), `missing property - '${at(key)}' requires this property`);
    }
  }
}

/** Says that a parameter is not one of the operation's. */
export function addUnknown(errors: CheckErrors, path: string): void {
  addError(errors, path, NOT_IN_SCHEMA);
}

/** Says that a parameter needs another one. */
export function addMissingCompanion(errors: CheckErrors, path: string, needed: string): void {
  addError(errors, needed, `missing property - '${path}' requires this property`);
}

function describe(errors: CheckErrors): string {
  return ["format error", ...[...errors].map(([path, message]) => `${path}: ${message}`)].join(
    "\n",
  );
}

/**
 * Reads a property string such as `virtio,bridge=vmbr0` into its properties. Aliases are resolved,
 * booleans with a key become `1` or `0`.
 *
 * @param format Name of a property string format of the API facts, `#…` names included.
 * @param path What messages call the value: a parameter's name.
 * @throws {TypeError} With PVE's words when the text is not of that format.
 */
export function parsePropertyString(
  format: string,
  text: string,
  path = "",
): Record<string, string> {
  const table = formatTable(format);
  if (!table) throw new TypeError(`unknown format: ${format}`);
  const values = parseProperties(table, text);
  const errors: CheckErrors = new Map();
  checkProperties(table, values, path, errors);
  if (errors.size > 0) throw new TypeError(describe(errors));
  const wrong = PROPERTY_RULES[format]?.(values);
  if (wrong !== undefined) throw new TypeError(wrong);
  return values;
}

/**
 * Writes a property string as PVE does: the value that needs no key first, then what is required,
 * then the others, both sorted; booleans as 1 and 0, undefined values left out. Does not check: PVE and the caller's schema do.
 *
 * @throws {TypeError} When the format is not a property string, or has no such key.
 */
export function printPropertyString(
  format: string,
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const table = formatTable(format);
  if (!table) {
    throw new TypeError(`Cannot write a property string of the opaque format "${format}"`);
  }
  const properties = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!lookup(table, key)) {
      const guess = didYouMean(key, Object.keys(table));
      throw new TypeError(`there is no key "${key}"${guess === "" ? "" : `.${guess}`}`);
    }
    properties.set(key, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  const parts: string[] = [];
  const defaultKey = Object.keys(table).find((key) => table[key]?.default_key);
  const first = defaultKey === undefined ? undefined : properties.get(defaultKey);
  if (defaultKey !== undefined && first !== undefined) {
    properties.delete(defaultKey);
    const aliased = lookup(table, first);
    const second = aliased?.keyAlias === defaultKey ? aliased.alias : undefined;
    const paired = second === undefined ? undefined : properties.get(second);
    if (second !== undefined && paired !== undefined) properties.delete(second);
    parts.push(paired === undefined ? first : `${first}=${paired}`);
  }
  const rank = (key: string): string => `${table[key]?.optional ? 1 : 0}${key}`;
  for (const key of [...properties.keys()].sort((a, b) => rank(a) < rank(b) ? -1 : 1)) {
    parts.push(`${key}=${properties.get(key)}`);
  }
  return parts.join(",");
}

/**
 * Checks a text against a format of the API facts, named, property string, or with one of the
 * suffixes `-list`, `-alist`, `-opt`.
 *
 * @returns PVE's message, possibly of several lines, without the final newline; or undefined.
 */
export function checkFormat(format: string, value: string, path = ""): string | undefined {
  if (formatTable(format)) {
    try {
      parsePropertyString(format, value, path);
      return FORMAT_RULES[format]?.(value);
    } catch (error) {
      return errorMessage(error);
    }
  }
  const exact = FORMAT_RULES[format];
  if (exact) return exact(value);
  const match = /^(.*?)-(a?list|opt)$/.exec(format);
  const entryRule = match && FORMAT_RULES[match[1] ?? ""];
  if (!match || !entryRule) return undefined;
  if (match[2] === "opt") return value === "" || value === "0" ? undefined : entryRule(value);
  for (const entry of splitList(value)) {
    const wrong = entryRule(entry);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
