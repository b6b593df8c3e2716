/**
 * What PVE refused, kept whole: what was tried, the status, PVE's own words, what it says of each
 * parameter; and what it did not answer in time.
 *
 * @module
 */
import type { Operation } from "./api.ts";
import type { Args } from "./encode.ts";

/** What was tried when PVE refused. */
export interface Attempt {
  readonly operation: Operation;
  readonly args: Args;
  /** Who asked: `user@realm!name`. */
  readonly as?: string;
}

/** PVE answered with a status that is not 2xx. */
export class PveError extends Error {
  override readonly name = "PveError";

  constructor(
    readonly attempt: Attempt,
    readonly status: number,
    /** PVE's words; the reason phrase where there are no others. */
    message: string,
    /** What PVE says of each parameter. */
    readonly errors: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** True when the release of the node does not have the operation. */
export function isNotInRelease(error: unknown): boolean {
  return error instanceof PveError && error.status === 501 &&
    error.message.includes("not implemented");
}

/** True when PVE looked and found nothing; not when it did not come to look. */
export function tellsOfAbsence(error: unknown): boolean {
  return error instanceof PveError && [400, 404, 500].includes(error.status);
}

/** PVE answered something that is not an answer of its API. */
export class NotPveError extends Error {
  override readonly name = "NotPveError";

  constructor(readonly attempt: Attempt, readonly status: number, message: string) {
    super(message);
  }
}

/** The request took longer than allowed. */
export class PveTimeoutError extends Error {
  override readonly name = "PveTimeoutError";

  constructor(
    readonly attempt: Attempt,
    readonly seconds: number,
    /** It may have reached PVE. */
    readonly maybeSent: boolean,
    /** Whose time was over: its own, or that of the call that it belongs to. */
    readonly timeOf: "request" | "call" = "request",
    /** It never got its turn. */
    wasQueued = false,
  ) {
    const within = `within ${Math.round(seconds * 10) / 10} seconds`;
    super(wasQueued ? `Not sent ${within}: others were before it` : `No answer ${within}`);
  }
}

/** True when the node that it is about did not answer, or not in time. */
export function isUnanswered(error: unknown): error is Error {
  return error instanceof PveTimeoutError || (error instanceof PveError && error.status >= 595);
}

/** What the reason phrases are that some transports cannot see. */
const REASONS: Readonly<Record<number, string>> = {
  401: "The API token was not accepted",
  595: "The node cannot be reached by the node that was asked",
  596: "The node did not answer the node that was asked in time",
  599: "The node could not be asked",
};

interface ErrorBody {
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** Characters of PVE's words, and of those on one parameter; the longest known are some 2,000. */
const MAX_WORDS_CHARACTERS = 20_000;
/** Parameters that PVE says something of. */
const MAX_ERRORS = 200;

function wordsOf(text: unknown): string {
  return (typeof text === "string" ? text : JSON.stringify(text) ?? "").trim()
    .slice(0, MAX_WORDS_CHARACTERS);
}

function errorTexts(errors: unknown): Record<string, string> {
  if (typeof errors !== "object" || errors === null) return {};
  return Object.fromEntries(
    Object.entries(errors).slice(0, MAX_ERRORS).map(([name, text]) => [name, wordsOf(text)]),
  );
}

function reasonPhrase(response: Response): string {
  const known = REASONS[response.status];
  const phrase = response.statusText.trim();
  // `fetch` hands out the canonical phrase in place of the server's.
  const canonical = ["", "Unauthorized", "Internal Server Error", "Bad Request", "Forbidden"];
  return canonical.includes(phrase)
    ? known ?? (phrase || `HTTP status ${response.status}`)
    : phrase;
}

/** True for what a proxy, or anything else that is no API, answers with. */
export function isWebPage(text: string): boolean {
  return /^\s*</.test(text);
}

/** The error of a response that is not 2xx, from its body and its status line. */
export function errorOf(attempt: Attempt, response: Response, text: string): Error {
  const target = response.status >= 300 && response.status < 400
    ? response.headers.get("location")
    : null;
  if (target !== null) {
    const words = `The answer was a redirect to ${wordsOf(target).slice(0, 500)}`;
    return new NotPveError(attempt, response.status, words);
  }
  let body: ErrorBody | undefined;
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    body = undefined;
  }
  if (body !== null && typeof body === "object") {
    const message = typeof body.message === "string" ? wordsOf(body.message) : "";
    return new PveError(
      attempt,
      response.status,
      message || reasonPhrase(response),
      errorTexts(body.errors),
    );
  }
  if (isWebPage(text)) {
    return new NotPveError(
      attempt,
      response.status,
      `A web page came back instead of an answer (HTTP status ${response.status})`,
    );
  }
  return new PveError(
    attempt,
    response.status,
    text.trim().slice(0, 500) || reasonPhrase(response),
  );
}
