/**
 * Reads the bodies of answers whole, as far as they are within bounds: bytes, values and depth. More
 * than that no operation answers; it would take the memory or the time of all calls.
 *
 * @module
 */
import { MIB } from "../base/byte_units.ts";
import { operationFact, pathParams } from "./api.ts";
import type { Attempt } from "./errors.ts";
import { type ChunkedResponse, TooMuchError } from "./transport/transport.ts";

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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LEAST_BRACKET = 0x5b;
/** `[` and `{`, `]` and `}` differ in this bit. */
const CURLY = 0x20;
const OPENING = LEAST_BRACKET | CURLY;
const CLOSING = 0x5d | CURLY;

/** Counts what a JSON text holds while it comes; what is no JSON may be counted wrongly. */
class Bounds {
  #size = 0;
  #values = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** @throws {TooMuchError} When it is more than is read. */
  take(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > MAX_BYTES) throw new TooMuchError(`is longer than ${MAX_BYTES / MIB} MiB`);
    this.#count(chunk);
    if (this.#values > MAX_VALUES) {
      throw new TooMuchError(`has more than ${MAX_VALUES.toLocaleString("en")} values`);
    }
  }

  #count(chunk: Uint8Array): void {
    // Locals: of each byte of megabytes, fields would take longer.
    let [values, depth] = [this.#values, this.#depth];
    let at = this.#inString ? this.#afterString(chunk, this.#escaped ? 1 : 0) : 0;
    while (at < chunk.length) {
      const code = chunk[at++] ?? 0;
      if (code === QUOTE) {
        at = this.#afterString(chunk, at);
      } else if (code === COMMA) {
        values++;
      } else if (code >= LEAST_BRACKET) {
        const either = code | CURLY;
        if (either === CLOSING) depth--;
        if (either !== OPENING) continue;
        values++;
        if (++depth > MAX_DEPTH) throw new TooMuchError(`is nested more than ${MAX_DEPTH} deep`);
      }
    }
    this.#values = values;
    this.#depth = depth;
  }

  /** Where the rest of a string has ended; it may go on in the next chunk. */
  #afterString(chunk: Uint8Array, from: number): number {
    const end = endOfString(chunk, from);
    this.#inString = end >= chunk.length;
    this.#escaped = end > chunk.length;
    return end + 1;
  }
}

/**
 * Where the quotation mark stands that ends a string; where it is not there, the length of the text,
 * or one more when the next byte is escaped.
 */
function endOfString(text: Uint8Array, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text[at];
    if (code === QUOTE) break;
    if (code === BACKSLASH) at++;
  }
  return at;
}

async function boundedText(response: Response | ChunkedResponse): Promise<string> {
  // Deno drops the mark inside of a text as well, where chunks divide it: it is taken off here.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bounds = new Bounds();
  let text = "";
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    bounds.take(chunk);
    text += decoder.decode(chunk, { stream: true });
  };
  if ("eachChunk" in response) await response.eachChunk(take);
  else for await (const chunk of response.body ?? []) take(chunk);
  return (text + decoder.decode()).replace(/^\ufeff/, "");
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
