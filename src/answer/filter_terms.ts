/**
 * Reads filters: words, and comparisons of fields with values. `cpu>50% status=running or lock!=` is
 * what runs busily, and what is locked.
 *
 * @module
 */

/** One condition on a row. */
export interface Term {
  /** Undefined for words that any field may hold. */
  readonly field?: string;
  readonly sign: string;
  /** Values of which one must fit, in lower case. */
  readonly wanted: readonly string[];
  /** It stands in quotation marks. */
  readonly isQuoted: boolean;
}

/** All of the terms of one alternative fit, or all of another. */
export type Filter = readonly (readonly Term[])[];

const SIGN = /!=|>=|<=|={1,3}|>|</;
const OR = new Set(["or", "|", "||"]);
const AND = new Set(["and", "&", "&&"]);
const UNIT_WORD = /^(?:[kmgtp]i?b|b|%|w|d|h|min|s)$/;

/** Words; a quoted one is whole, and keeps its spaces. An apostrophe inside a word quotes nothing. */
function wordsOf(text: string): string[] {
  return text.replace(/(^|[\s=<>])'([^'"]*)'(?!\S)/g, '$1"$2"').match(/(?:[^\s"]|"[^"]*"?)+/g) ??
    [];
}

/** True for a word that belongs to the value before it: `4.00` `GiB`, `2` `d` `3` `h`, a time. */
function goesOn(value: string, word: string, next = ""): boolean {
  if (UNIT_WORD.test(word)) return /\d$/.test(value);
  if (/^\d\d:\d\d/.test(word)) return /\d{4}-\d\d-\d\d$/.test(value);
  return /^\d+$/.test(word) && /\d ?(?:d|h|min)$/.test(value) && UNIT_WORD.test(next);
}

/** Words of which each is a term: `cpu > 50 %` is one. */
function joined(words: readonly string[]): string[] {
  const terms: string[] = [];
  let isOpen = false;
  words.forEach((word, index) => {
    const begun = terms.at(-1);
    const begins = begun !== undefined && !SIGN.test(begun) && SIGN.exec(word)?.index === 0;
    const goes = begun !== undefined && SIGN.test(begun) && goesOn(begun, word, words[index + 1]);
    if (begins || isOpen) terms.push(`${terms.pop()}${word}`);
    else if (goes) terms.push(`${terms.pop()} ${word}`);
    else terms.push(word);
    isOpen = begins && SIGN.exec(word)?.[0] === word;
  });
  return terms;
}

function termOf(text: string): Term {
  const at = SIGN.exec(text);
  const unquoted = (part: string): string => part.replaceAll('"', "");
  if (!at || text.startsWith('"') || at.index === 0) {
    return { sign: "", wanted: [unquoted(text)], isQuoted: text.includes('"') };
  }
  const value = text.slice(at.index + at[0].length).trim();
  const isQuoted = value.includes('"');
  return {
    field: text.slice(0, at.index).trim(),
    sign: at[0].startsWith("=") ? "=" : at[0],
    wanted: isQuoted ? [unquoted(value)] : value.split("|"),
    isQuoted,
  };
}

/** Reads a filter: terms that must all fit, and alternatives between `or`. */
export function parseFilter(text: string): Filter {
  const alternatives: Term[][] = [[]];
  for (const word of joined(wordsOf(text.toLowerCase()))) {
    if (OR.has(word)) alternatives.push([]);
    else if (!AND.has(word)) alternatives.at(-1)?.push(termOf(word));
  }
  const meant = alternatives.filter((terms) => terms.length > 0);
  return meant.length === 0 ? [[]] : meant;
}

/** The fields that a filter compares, as it names them. */
export function filterFields(filter: Filter): string[] {
  return [...new Set(filter.flat().flatMap(({ field }) => field ?? []))];
}

/** The words of a filter that any field may hold. */
export function filterWords(filter: Filter): string[] {
  return filter.flat().flatMap(({ field, wanted }) => field === undefined ? wanted : []);
}

/** The filter as far as it can be judged without some fields and without words. */
export function withoutFields(filter: Filter, unknown: readonly string[]): Filter {
  return filter.map((terms) =>
    terms.filter(({ field }) => field !== undefined && !unknown.includes(field))
  );
}
