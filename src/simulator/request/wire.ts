/**
 * Requests and answers of the embedded PVE, free of any transport: in this process or over HTTPS
 * they are the same.
 *
 * @module
 */

/** A request as it arrived. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  /** Name of the host that was asked, without the port. */
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An answer before it is sent. */
export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The connection breaks in the middle of the body. */
  readonly cut?: boolean;
}

/** No answer at all: nobody is there, the connection is refused, or breaks. */
export class Dropped extends Error {
  override readonly name = "Dropped";

  constructor(readonly failure: "refused" | "reset" | "unreachable") {
    super(`Connection ${failure}`);
  }
}

const encoder = new TextEncoder();
const NO_BODY = new Uint8Array(0);

/** The first line of a text, in the characters that a status line may hold. */
function reasonOf(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}

/** An answer without body: what PVE sends when it never came to an operation. */
export function bareAnswer(status: number, reason: string): WireAnswer {
  return { status, reason: reasonOf(reason), headers: {}, body: NO_BODY };
}

/** An answer of plain text. */
export function textAnswer(status: number, text: string, contentType?: string): WireAnswer {
  const headers = contentType === undefined ? {} : { "Content-Type": contentType };
  return { status, reason: reasonOf(text), headers, body: encoder.encode(text) };
}

/** An answer with its body in gzip. */
export async function gzipped(answer: WireAnswer): Promise<WireAnswer> {
  const packed = new Blob([answer.body]).stream().pipeThrough(new CompressionStream("gzip"));
  return {
    ...answer,
    headers: { ...answer.headers, "Content-Encoding": "gzip" },
    body: new Uint8Array(await new Response(packed).arrayBuffer()),
  };
}

export function jsonAnswer(
  status: number,
  reason: string,
  body: Readonly<Record<string, unknown>>,
): WireAnswer {
  return {
    status,
    reason: reasonOf(reason),
    headers: { "Content-Type": "application/json;charset=UTF-8" },
    body: encoder.encode(JSON.stringify(body)),
  };
}
