/**
 * Reads the bodies of answers whole, as far as they are within bounds: bytes, values and depth. More
 * than that no operation answers; it would take the memory or the time of all calls.
 *
 * @module
 */
import { MIB } from "../base/byte_units.ts";
import { operationFact, pathParams } from "./api.ts";
import type { Attempt } from "./errors.ts";
import { type ChunkedResponse, TransportError } from "./transport.ts";

/** Of a body, unpacked. */
const MAX_BYTES = 64 * MIB;
/** Of all kinds together; the resources of 10,000 guests are some 300,000. */
const MAX_VALUES = 1_000_000;
/** Objects and arrays inside each other. */
const MAX_DEPTH = 100;

/** Parameters of the API by which an operation answers less. */
const NARROWING: ReadonlySet<string> = new Set([
  ...["limit", "lastentries", "since", "until", "starttime", "endtime", "timeframe"],
  ...["type", "content", "vmid", "source", "typefilter", "statusfilter", "userfilter", "service"],
]);

/** How to ask an operation for less. */
function lessText({ operation, args }: Attempt): string {
  const fact = operationFact(operation);
  const inPath = pathParams(fact.path);
  const names = Object.keys(fact.params).filter((name) =>
    NARROWING.has(name) && !inPath.includes(name) && args[name] === undefined
  );
  return names.length === 0
    ? `${operation} has no parameter to ask for less: name one object of it, or look on the node`
    : `Ask for less of ${operation}: ${names.map((name) => `${name}=`).join(", ")}`;
}

/** The answer is more than this program reads. */
export class TooMuchError extends TransportError {
  constructor(readonly what: string, hint = "See on the node what it answers") {
    super("protocol", `The answer ${what}, which is more than this server reads`, {
      maybeSent: true,
      hint,
    });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` and `{`, `]` and `}` differ in this bit. */
const CURLY = 0x20;
const OPENING = 0x5b | CURLY;
const CLOSING = 0x5d | CURLY;

/** What of a JSON text exceeds the limits; what is no JSON may be judged wrongly. */
function exceededLimit(text: string): string | undefined {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (code === COMMA) {
      values++;
    } else if ((code | CURLY) === OPENING) {
      values++;
      if (++depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
    } else if ((code | CURLY) === CLOSING) {
      depth--;
    }
  }
  return values > MAX_VALUES
    ? `has more than ${MAX_VALUES.toLocaleString("en")} values`
    : undefined;
}

/** Where the quotation mark stands that ends a string. */
function endOfString(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code === BACKSLASH) at++;
  }
  return at;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

async function boundedText(response: Response | ChunkedResponse): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    size += chunk.length;
    if (size > MAX_BYTES) throw new TooMuchError(`is longer than ${MAX_BYTES / MIB} MiB`);
    chunks.push(chunk);
  };
  if ("eachChunk" in response) await response.eachChunk(take);
  else for await (const chunk of response.body ?? []) take(chunk);
  const whole = chunks.length === 1 ? chunks[0] : joined(chunks, size);
  const text = new TextDecoder().decode(whole);
  const exceeded = exceededLimit(text);
  if (exceeded !== undefined) throw new TooMuchError(exceeded);
  return text;
}

/**
 * The text of a response.
 *
 * @throws {TransportError} When the connection breaks, or the answer is too much: it says how to ask
 * for less.
 */
export async function readBody(attempt: Attempt, response: Response): Promise<string> {
  try {
    return await boundedText(response);
  } catch (error) {
    throw error instanceof TooMuchError ? new TooMuchError(error.what, lessText(attempt)) : error;
  }
}
