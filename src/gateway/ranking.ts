/**
 * How well an entry of the search answers words: rare words count most, and those of a name more
 * than those of a description.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { FILLERS, SYNONYMS } from "./synonyms.ts";

/** What a word counts where it stands in a name, and so on. */
const WEIGHTS = { name: 3, asked: 3, action: 2, about: 1.2, parameter: 0.6 } as const;
/** Of what a word would count: its beginning alone, and another word for it. */
const BEGINNING = 0.6;
const SYNONYM = 0.75;
/** What each word that is nowhere in an entry takes from it. */
const MISSED = 0.6;
/** Tools say what they did, find the node and wait: they come before the operations they call. */
const TOOL = 1.35;

/** A part of an entry that words are looked for in. */
export type Field = keyof typeof WEIGHTS;
/** The texts of an entry. */
export type Texts = Readonly<Partial<Record<Field, string>>>;

/** `snapshots` and `snapshot` are one word; `status` and `dns` have no other. */
function stem(word: string): string {
  return word.length > 3 && /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

/** The words of a text. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 1).map(stem);
}

/** A word that is wanted, and others for it. */
interface Wanted {
  readonly word: string;
  readonly others: readonly string[];
}

/** The words that a query is about; all of it when it has none but fillers. */
export function wantedBy(query: string): Wanted[] {
  const words = [...new Set(wordsOf(query))];
  const telling = words.filter((word) => !FILLERS.has(word));
  return (telling.length > 0 ? telling : words).map((word) => ({
    word,
    others: wordsOf(lookup(SYNONYMS, word) ?? ""),
  }));
}

/** Texts whose words are known. */
export class Ranked {
  /** Every word with the most that it counts here. */
  readonly #counts = new Map<string, number>();
  readonly #name: readonly string[];

  constructor(texts: Texts, private readonly isTool: boolean) {
    for (const [field, text] of Object.entries(texts)) {
      const weight = WEIGHTS[field as Field];
      for (const word of wordsOf(text)) {
        this.#counts.set(word, Math.max(weight, this.#counts.get(word) ?? 0));
      }
    }
    this.#name = wordsOf(texts.name ?? "");
  }

  /** All words of the texts. */
  get words(): Iterable<string> {
    return this.#counts.keys();
  }

  #count(wanted: string): number {
    const exact = this.#counts.get(wanted) ?? 0;
    let best = exact;
    for (const [word, weight] of this.#counts) {
      const begins = word.startsWith(wanted) || (word.length > 3 && wanted.startsWith(word));
      if (begins && weight * BEGINNING > best) best = weight * BEGINNING;
    }
    return best;
  }

  /** How well it answers; 0 when it does not. */
  score(wanted: readonly Wanted[], rarity: (word: string) => number): number {
    let sum = 0;
    const met = new Set<string>();
    for (const { word, others } of wanted) {
      const counts = [word, ...others].map((each, index) =>
        this.#count(each) * (index === 0 ? 1 : SYNONYM)
      );
      const best = Math.max(...counts);
      if (best > 0) [word, ...others].forEach((each) => met.add(each));
      sum += (best === 0 ? -MISSED : best) * rarity(word);
    }
    // Of two names that hold the words, the one that holds little else.
    const covered = this.#name.filter((word) => met.has(word)).length /
      Math.max(1, this.#name.length);
    return (sum + covered) * (this.isTool ? TOOL : 1);
  }
}

/** How rare each word is among some texts: 1 for one that all have, and more. */
export function rarityAmong(all: readonly Ranked[]): (word: string) => number {
  const times = new Map<string, number>();
  for (const { words } of all) {
    for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  }
  return (word) => Math.log2(2 + all.length / (1 + (times.get(word) ?? 0))) / 2;
}
