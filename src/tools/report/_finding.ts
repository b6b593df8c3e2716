/**
 * What is wrong with a part of the cluster: how urgent, where, and what to do about it.
 *
 * @module
 */

/** How urgent findings are, the worst first. */
const URGENCIES = ["now", "soon", "note"] as const;

/** Something that an administrator should know. */
export interface Finding {
  readonly urgency: (typeof URGENCIES)[number];
  readonly what: string;
  readonly where: string;
  readonly detail: string;
  /** The call that helps, and why. */
  readonly next?: string;
}

/** The place of what is so urgent; of what says nothing of it, the same for all. */
export function urgencyOf({ urgency }: { readonly urgency?: unknown }): number {
  return URGENCIES.findIndex((each) => each === urgency);
}

/** The worst first, otherwise in their order. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => urgencyOf(one) - urgencyOf(other));
}

/** The calls of findings, each once, the five most urgent first. */
export function nextOf(findings: readonly Finding[]): string[] {
  const calls = byUrgency(findings).map(({ next }) => next).filter((next) => next !== undefined);
  return [...new Set(calls)].slice(0, 5);
}
