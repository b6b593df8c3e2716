/**
 * Finds signs and words that other languages of filters have and this one has not, such as `:` and
 * `like`: a filter that is read as something else finds nothing, and does not say why.
 *
 * @module
 */
import type { FieldNames } from "./fields.ts";
import type { Filter, Term } from "./filter_terms.ts";

/** Words that stand between a field and a value elsewhere. */
const SIGN_WORDS: ReadonlySet<string> = new Set([
  ...["like", "ilike", "contains", "includes", "matches", "regex", "in", "is", "has", "between"],
  ...["equals", "eq", "ne", "neq", "gt", "gte", "lt", "lte", "ge", "le"],
  ...["startswith", "endswith", "starts", "ends", "not"],
]);

/** The sign in a word: alone, in front of it, or after the name of a field. */
function signInWord(word: string, names: FieldNames): string | undefined {
  const [alone] = /^[^\p{L}\p{N}\s]+$/u.exec(word) ?? [];
  const [before] = /^[!=<>~(]+/.exec(word) ?? [];
  const [, field = "", after] = /^([\w%-]+?)([^\w\s%.,;/-]+)/.exec(word) ?? [];
  return alone ?? before ?? (names.findKnown(field) === undefined ? undefined : after);
}

/** The sign of a pattern in a value. */
function patternSign(value: string): string | undefined {
  const pattern = /^\/.+\/$/.test(value) ? "/" : value.includes("*") ? "*" : undefined;
  return pattern ?? (/^%.|[^\d\s]%$/.test(value) ? "%" : undefined);
}

/** A sign or word that no filter has, and the terms that would have to be plain text otherwise. */
export interface ForeignSign {
  readonly sign: string;
  readonly terms: readonly Term[];
}

function signOf(terms: readonly Term[], at: number, names: FieldNames): ForeignSign | undefined {
  const term = terms[at] as Term;
  const [before, after] = [terms[at - 1], terms[at + 1]];
  const [first = ""] = term.wanted;
  if (term.isQuoted) return undefined;
  if (term.field !== undefined) {
    const [inField] = /^[^\p{L}\p{N}_]+/u.exec(term.field) ?? [];
    const [second] = /^[!=<>~:]+/.exec(first) ?? [];
    const sign = inField ?? (second === undefined ? undefined : `${term.sign}${second}`) ??
      term.wanted.map(patternSign).find((each) => each !== undefined);
    return sign === undefined ? undefined : { sign, terms: [{ ...term, sign: "=" }] };
  }
  if (SIGN_WORDS.has(first) && after) {
    if (first === "not") return { sign: first, terms: [term, after] };
    const follows = before?.field === undefined && names.findKnown(before?.wanted[0] ?? "");
    if (before && follows !== undefined && follows !== false) {
      return { sign: first, terms: [before, term, after] };
    }
  }
  const sign = signInWord(first, names);
  return sign === undefined ? undefined : { sign, terms: [term] };
}

/** The signs and words of a filter that it may not have. */
export function foreignSigns(filter: Filter, names: FieldNames): ForeignSign[] {
  return filter.flatMap((terms) => terms.flatMap((_, at) => signOf(terms, at, names) ?? []));
}

/** What a filter takes, by an example. */
export const FILTER_SIGNS =
  "Words are looked for in the whole row, and fields compared by =, !=, <, >, <= and >=: " +
  'web status=running|paused or cpu>50%. "Quotation marks" keep text as it is';
