/**
 * What is found for or against a request before it is sent: the vocabulary of findings.
 *
 * @module
 */
import type { CurrentState, ReadOperation } from "../effects/effect.ts";
import type { Args } from "../encode.ts";
import { type Attempt, NotPveError, PveError, PveTimeoutError, tellsOfAbsence } from "../errors.ts";
import { requestWords } from "../request_words.ts";
import { TransportError } from "../transport/transport.ts";

/** What it means for the request. */
export type Verdict = "stops it" | "warns" | "fine";

/** One thing that was found. */
export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** What was asked for it: a read, a setting. */
  readonly from: string;
  /** In an operation on many guests, whose finding it is. */
  readonly guest?: string;
}

/** Looks at one thing that decides whether Proxmox VE does a request. */
export type Check = (
  request: Attempt,
  state: CurrentState,
) => readonly Finding[] | Promise<readonly Finding[]>;

/** Findings of one verdict from one read. */
export function finding(verdict: Verdict, what: string, read: ReadOperation, args: Args): Finding {
  return { verdict, what, from: requestWords(read, args) };
}

/** True for a read of which no answer came; not when the time of the whole call is over. */
export function isUnanswered(
  error: unknown,
): error is PveError | NotPveError | PveTimeoutError | TransportError {
  return error instanceof PveError || error instanceof NotPveError ||
    error instanceof TransportError ||
    (error instanceof PveTimeoutError && error.timeOf === "request");
}

/**
 * Whether a read finds what its arguments name.
 *
 * @throws {PveError} When that cannot be seen.
 */
export async function isThere(
  { operation, args }: Attempt,
  state: CurrentState,
): Promise<boolean> {
  try {
    const data = await state.get(operation as ReadOperation, args);
    return data !== null && data !== undefined;
  } catch (error) {
    if (tellsOfAbsence(error)) return false;
    throw error;
  }
}
