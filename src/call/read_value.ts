/**
 * Reads an argument by the facts of its parameter, through a zod type: numbers as text, lists as
 * text or arrays, booleans in any usual spelling; exact about everything else.
 *
 * @module
 */
import { memoized } from "../base/memoized.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import { errorMessage } from "../base/text/error_message.ts";
import * as z from "zod";
import type { ParamFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { type CheckErrors, checkValue, printPropertyString } from "../pve/formats/formats.ts";
import { splitList } from "../pve/split_list.ts";
import { mebibytes, parseSize } from "../pve/size.ts";
import type { ExtraParam } from "../tool/define.ts";
import { withoutGuestNames } from "./guest_references.ts";
import { isSecretName } from "../pve/secret_names.ts";
import { explainProblem, redactValue, wrongTypeError } from "./expected_value.ts";

function booleanOf(value: unknown): unknown {
  if (typeof value === "object") return value;
  return parseBoolean(String(value)) ?? value;
}

function numberOf(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

function isList(format: string | undefined): boolean {
  return format !== undefined && /-a?list$/.test(format);
}

/** Arrays and objects become PVE's comma lists and property strings. */
function textOf(fact: ParamFact): (value: unknown, context: z.RefinementCtx) => unknown {
  return (value, context) => {
    if (typeof value === "number") return String(value);
    if (typeof value === "boolean") return value ? "1" : "0";
    if (Array.isArray(value) && isList(fact.format)) return value.map(String).join(",");
    if (typeof value !== "object" || value === null || !fact.format) return value;
    try {
      return printPropertyString(fact.format, value as Record<string, string | number | boolean>);
    } catch (error) {
      context.addIssue({ code: "custom", message: errorMessage(error) });
      return z.NEVER;
    }
  };
}

/** Formats of items without a comma of their own: a comma list of them is an array. */
const PLAIN_ITEMS = ["email-or-username", "pve-userid", "pve-configid"];

function arrayOf(fact: ParamFact): (value: unknown) => unknown {
  const { items } = fact;
  const plain = items?.type === "integer" || PLAIN_ITEMS.includes(items?.format ?? "");
  return (value) => {
    if (Array.isArray(value)) return value;
    if (typeof value !== "string") return [value];
    if (value.trim().startsWith("[")) return jsonOf(value);
    return plain ? splitList(value) : [value];
  };
}

/** Adds what PVE would say of the value. */
function refine(fact: ParamFact, value: unknown, context: z.RefinementCtx): void {
  const errors: CheckErrors = new Map();
  const checkable = withoutGuestNames(fact, value);
  if (checkable === "" && value !== "") return;
  checkValue(fact, checkable, "", errors);
  for (const [path, message] of errors) {
    const where = path === "" ? "" : `${path}: `;
    const problem = path === "" ? explainProblem(fact, value, message.trim()) : message.trim();
    context.addIssue({ code: "custom", message: where + problem });
  }
}

function checkedBy(fact: ParamFact): (value: unknown, context: z.RefinementCtx) => void {
  return (value, context) => {
    // Booleans are ours by now; PVE's check knows 0 and 1.
    if (typeof value !== "boolean") refine(fact, value, context);
  };
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const SIZE = wrongTypeError("a size such as 512M or 32G");
const OBJECT = wrongTypeError('an object such as {"key": "value"}');
const BOOLEAN = wrongTypeError("true or false");
const INTEGER = wrongTypeError("a whole number");
const GUEST_NUMBER = wrongTypeError("a guest's number");
const NUMBER = wrongTypeError("a number");
const ARRAY = wrongTypeError("a list");
const TEXT = wrongTypeError("a text");

/** Text or a number that `read` understands; what it throws is the problem. */
function parsedBy(read: (text: string) => string): z.ZodType {
  return z.union([z.string(), z.number()], SIZE).transform((value, context) => {
    try {
      return read(String(value).trim());
    } catch (error) {
      context.addIssue({ code: "custom", message: errorMessage(error) });
      return z.NEVER;
    }
  });
}

const sizeType = parsedBy((text) => {
  parseSize(text);
  return text;
});
const memoryType = parsedBy(mebibytes);

function build(own: ParamFact | ExtraParam): z.ZodType {
  if (own.type === "size") return sizeType;
  if (own.type === "memory") return memoryType;
  if (own.type === "any") return z.unknown();
  if (own.type === "object") return z.preprocess(jsonOf, z.record(z.string(), z.unknown(), OBJECT));
  const fact = own as ParamFact;
  switch (fact.type) {
    case "boolean":
      return z.preprocess(booleanOf, z.boolean(BOOLEAN));
    case "integer":
      return z.preprocess(
        numberOf,
        z.int(fact.format === "pve-vmid" ? GUEST_NUMBER : INTEGER).superRefine(checkedBy(fact)),
      );
    case "number":
      return z.preprocess(numberOf, z.number(NUMBER).superRefine(checkedBy(fact)));
    case "array":
      return z.preprocess(
        arrayOf(fact),
        z.array(fact.items ? typeOf(fact.items) : z.string(TEXT), ARRAY),
      );
    default:
      return z.preprocess(textOf(fact), z.string(TEXT).superRefine(checkedBy(fact)));
  }
}

/** The zod type of a parameter, built when first asked for. */
const typeOf: (fact: ParamFact | ExtraParam) => z.ZodType = memoized(build);

/** Firewall rules and options are switched by a number. */
function switchOf(fact: ParamFact | ExtraParam, name: string, value: unknown): unknown {
  if (name !== "enable" || fact.type !== "integer") return value;
  const on = parseBoolean(String(value));
  return on === undefined ? value : Number(on);
}

/** Reads one value; adds to `problems` what is wrong with it. */
export function readValue(
  fact: ParamFact | ExtraParam,
  name: string,
  value: unknown,
  problems: Record<string, string>,
): ArgValue | undefined {
  const result = typeOf(fact).safeParse(switchOf(fact, name, value));
  if (result.success) return result.data as ArgValue;
  const message = result.error.issues.map((issue) => issue.message).join("; ");
  // A text in place of an object may hold passwords as well.
  const hidden = isSecretName(name) || fact.type === "object";
  problems[name] = hidden ? redactValue(message) : message;
  return undefined;
}
