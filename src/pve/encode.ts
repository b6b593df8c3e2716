/**
 * Encodes an operation and its arguments as a request line and a body, as PVE wants them. Nothing
 * an argument holds can leave its slot: PVE decodes the whole path before it splits it, so
 * percent-encoding alone does not keep a slash in place.
 *
 * @module
 */
import { base64Form, toBase64 } from "./base64_params.ts";
import { type Operation, operationFact, paramFact, pathParams } from "./api.ts";

/** A value as a tool has it. */
export type ArgValue = string | number | boolean | readonly (string | number)[];
/** Arguments of an operation by PVE's parameter names. */
export type Args = Readonly<Record<string, ArgValue | undefined>>;

/** A request, ready to be sent. */
export interface EncodedRequest {
  readonly method: string;
  /** Path and query, from `/api2/json` on. */
  readonly path: string;
  readonly body: string | undefined;
}

/**
 * Placeholders whose values hold slashes of their own, and the form of those values. Names of volumes
 * are names of files: PVE hands the path on as it came and decodes it once, so that `#`, `?` and `%`
 * stay what they are.
 */
const SLASHED: Readonly<Record<string, RegExp>> = {
  volume: /^([A-Za-z][A-Za-z0-9._-]*:)?[^/]+(\/[^/]+)*$/,
  cidr: /^([0-9A-Fa-f:.]+(\/\d{1,3})?|((dc|guest)\/)?[A-Za-z][A-Za-z0-9_-]+)$/,
};

/** True when the text holds a control character, or one that ends a path segment. */
function endsSegment(name: string, value: string): boolean {
  return (name === "volume" ? /[\p{Cc}\\]/u : /[\p{Cc}?#%\\]/u).test(value);
}

/**
 * The value of a placeholder, percent-encoded.
 *
 * @throws {TypeError} When the value could leave its slot.
 */
export function encodePathValue(name: string, value: ArgValue): string {
  const text = String(value);
  const form = SLASHED[name];
  const segments = text.split("/");
  const inside = form ? form.test(text) : segments.length === 1;
  if (
    !inside || text === "" || endsSegment(name, text) ||
    segments.some((segment) => segment === "." || segment === "..")
  ) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(text)} as "${name}": it does not fit in a path`,
    );
  }
  return encodeURIComponent(text);
}

function wireValue(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}

/** Texts of a value, as PVE reads them. */
function wireTexts(operation: Operation, name: string, value: ArgValue): string[] {
  const base64 = base64Form(operation, name);
  const texts = (typeof value === "object" ? value : [value]).map(wireValue);
  return base64 ? texts.map((text) => toBase64(base64, text)) : texts;
}

/**
 * Builds the request of an operation: placeholders filled, the rest in the query of GET and DELETE
 * or in a form body, booleans as 1 and 0, arrays as repeated keys or comma lists as the facts say.
 *
 * @throws {TypeError} When a placeholder has no value or one that could leave its slot.
 */
export function encodeRequest(operation: Operation, args: Args): EncodedRequest {
  const fact = operationFact(operation);
  const inPath = new Set(pathParams(fact.path));
  const path = fact.path.replace(/\{([\w-]+)\}/g, (_, name: string) => {
    const value = args[name];
    if (value === undefined) throw new TypeError(`Cannot call ${operation} without "${name}"`);
    return encodePathValue(name, value);
  });
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || inPath.has(name)) continue;
    const texts = wireTexts(operation, name, value);
    const repeats = typeof value === "object" && paramFact(fact, name)?.type === "array";
    for (const text of repeats ? texts : [texts.join(",")]) form.append(name, text);
  }
  const text = form.toString();
  const inQuery = fact.method === "GET" || fact.method === "DELETE";
  return {
    method: fact.method,
    path: `/api2/json${path}${inQuery && text !== "" ? `?${text}` : ""}`,
    body: inQuery ? undefined : text,
  };
}
