/**
 * Chance by seed, so that what failed can be done again.
 *
 * @module
 */
import { randomBySeed } from "../../src/simulator/core/random.ts";

/** A source of chance. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomBySeed(seed);
  }

  /** True in `share` of all cases. */
  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from 0 up to `end`, which is left out. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  pick<T>(values: readonly [T, ...T[]]): T;
  pick<T>(values: readonly T[]): T | undefined;
  pick<T>(values: readonly T[]): T | undefined {
    return values[this.below(values.length)];
  }

  /** Some of the values, in their order. */
  some<T>(values: readonly T[], share: number): T[] {
    return values.filter(() => this.chance(share));
  }
}

/** The seed of a text, under the seed of the run. */
export function seedOf(text: string, run: number): number {
  let hash = run >>> 0;
  for (const char of text) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return hash;
}
