/**
 * Masks what is secret: values of fields with the names of secrets, and what looks like one inside
 * a text.
 *
 * @module
 */
import { mappedFields, mappedItems, mappedTexts } from "../base/mapped.ts";
import { isSecretName, NO_SECRET } from "../pve/secret_names.ts";

/** What stands in place of a secret. */
export const MASK = "[masked]";

/** True for what was read with its secrets masked: written back, it would take their place. */
export function holdsMask(value: unknown): boolean {
  return JSON.stringify(value)?.includes(MASK) ?? false;
}

const VALUE = String.raw`"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;\0"']+`;
/** Ends of the names of what is assigned in a text: property strings, environments, files. */
const ASSIGNMENTS = [
  ["password|passwd|passphrase", `["']?[ \\t]*[=:][ \\t]*`],
  // Storages are called so too, and `:` follows their names.
  [
    "(?:lock-)?token|secret|api[-_]?key|private[-_]?key|access[-_]?key",
    `["']?[ \\t]*(?:=|:[ \\t])[ \\t]*|["'][ \\t]*:`,
  ],
].map(([name, sign]) => new RegExp(`(${name})(${sign})(${VALUE})`, "gi"));
/** What is assigned to such a name and is none: a switch, or what was masked before. */
const NOT_A_SECRET_VALUE = /^["']?(?:true|false|yes|no|on|off|null|none|0|1|\[masked\])?["']?$/i;
/** Each takes time in proportion to the length of the text. */
const TEXT_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /(-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY-----)[\s\S]*?(-----END |$)/g,
    `$1${MASK}$2`,
  ],
  [/(:\/\/[^\s:/@"',]*:)[^\s/@"',]+(?=@)/g, `$1${MASK}`],
  [
    /(\bauthorization["']?[ \t]*[:=][ \t]*["']?(?:(?:bearer|basic|token)[ \t]+)?)[^\s,;"']+/gi,
    `$1${MASK}`,
  ],
  [/(\bPVEAPIToken=[^\s=,;"']+=)[^\s,;"']+/g, `$1${MASK}`],
];

/** A text without what looks like a secret in it. */
export function maskText(text: string): string {
  if (!text.includes(":") && !text.includes("=") && !text.includes("-----BEGIN")) return text;
  let result = text;
  for (const [pattern, masked] of TEXT_PATTERNS) result = result.replace(pattern, masked);
  const masked = (match: string, name: string, sign: string, value: string): string =>
    NOT_A_SECRET_VALUE.test(value) || name.toLowerCase() === NO_SECRET
      ? match
      : `${name}${sign}${MASK}`;
  for (const assignment of ASSIGNMENTS) result = result.replace(assignment, masked);
  return result;
}

/** Parts of a value of a secret field that may be seen: a name, a kind, that there is one. */
function hideText(text: string, name: string): string {
  if (text === "" || text === "x" || /^\[masked\] → /.test(text)) return text;
  if (name === "tfa") return text.replace(/\bkey=[^,]*/g, `key=${MASK}`);
  const [named] = (name === "secret" || name === "header") && /^name=[^,=]*(?=,|$)/.exec(text) ||
    [];
  return named === undefined ? MASK : named === text ? text : `${named},${MASK}`;
}

function hide(value: unknown, name: string, walk: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return mappedItems(value, (each) => hide(each, name, walk));
  if (typeof value === "object" || typeof value === "boolean") return walk(value);
  if (value === undefined || value === 0 || value === 1) return value;
  return hideText(String(value), name);
}

/** Fields of a row that hold the value of what its `key` or `name` names. */
const VALUES_OF_KEY = ["value", "pending", "old", "new"];

/** Fields of a row such as `{key: "cipassword", value: "…"}` that hold a secret. */
export function namedSecrets(row: Readonly<Record<string, unknown>>): readonly string[] {
  const hasValue = "value" in row || "pending" in row || "old" in row || "new" in row;
  const names = (name: unknown): boolean => typeof name === "string" && isSecretName(name);
  return hasValue && (names(row.key) || names(row.name)) ? VALUES_OF_KEY : [];
}

/** Masks the secret fields of what some operations take and answer. */
export class FieldMask {
  /** The names that were met, each judged once. */
  readonly #judged = new Map<string, boolean>();

  /**
   * @param operations Operations that have the fields.
   * @param reveals Names of fields that are left as they are.
   */
  constructor(
    private readonly operations: readonly string[],
    private readonly reveals: readonly string[] = [],
  ) {}

  /** True for a field that holds a secret. */
  isSecret(name: string): boolean {
    let is = this.#judged.get(name);
    if (is === undefined) this.#judged.set(name, is = isSecretName(name, this.operations));
    return is;
  }

  /** True for a field that is left as it is. */
  isRevealed(name: string): boolean {
    return this.reveals.includes(name);
  }

  /**
   * The value without secrets.
   *
   * @param finish Changes every text that is left, names of fields included.
   */
  mask(value: unknown, finish: (text: string) => string = asItIs): unknown {
    if (typeof value === "string") return finish(maskText(value));
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return mappedItems(value, (each) => this.mask(each, finish));
    const row = value as Readonly<Record<string, unknown>>;
    const named = namedSecrets(row);
    return mappedFields(row, finish, (each, name) => this.#field(name, each, named, finish));
  }

  /** A field of a row without secrets. */
  maskField(row: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
    return this.#field(name, value, namedSecrets(row), asItIs);
  }

  /** The cells of a row without secrets. */
  maskCells(
    columns: readonly string[],
    cells: readonly unknown[],
    finish: (text: string) => string,
  ): readonly unknown[] {
    const named = VALUES_OF_KEY.some((name) => columns.includes(name))
      ? namedSecrets(Object.fromEntries(columns.map((name, index) => [name, cells[index]])))
      : [];
    return mappedItems(cells, (cell, index) => {
      return this.#field(columns[index] ?? "", cell, named, finish);
    });
  }

  #field(
    name: string,
    value: unknown,
    named: readonly string[],
    finish: (text: string) => string,
  ): unknown {
    if (this.isRevealed(name)) return mappedTexts(value, finish);
    if (!this.isSecret(name) && !named.includes(name)) return this.mask(value, finish);
    return mappedTexts(hide(value, name, (each) => this.mask(each)), finish);
  }
}

function asItIs(text: string): string {
  return text;
}

/**
 * The value without secrets.
 *
 * @param operations Operations that it came from.
 * @param reveals Names of fields that are left as they are.
 */
export function maskSecrets(
  value: unknown,
  operations: readonly string[] = [],
  reveals: readonly string[] = [],
): unknown {
  return new FieldMask(operations, reveals).mask(value);
}
