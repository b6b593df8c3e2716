/**
 * What is found for or against a request before it is sent: the vocabulary of findings.
 *
 * @module
 */
import type { CurrentState, ReadOperation } from "../effects/effect.ts";
import type { Args } from "../encode.ts";
import type { Attempt } from "../errors.ts";
import { requestWords } from "../request_words.ts";

/** What it means for the request. */
export type Verdict = "stops it" | "warns" | "fine";

/** One thing that was found. */
export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** What was asked for it: a read, a setting. */
  readonly from: string;
}

/** Looks at one thing that decides whether Proxmox VE does a request. */
export type Check = (
  request: Attempt,
  state: CurrentState,
) => readonly Finding[] | Promise<readonly Finding[]>;

/** The read that a finding comes from, in words. */
export function fromRead(operation: ReadOperation, args: Args): string {
  return requestWords(operation, args);
}
