/**
 * How requests leave the process: a fetch-shaped function, so that the same client speaks to a
 * real cluster over TLS, to the embedded one in this process, and to a broken one in a test.
 *
 * @module
 */
import type { CertificateFacts, TlsCheck } from "./certificate.ts";

/** A body whose length is known before it is read, as PVE demands for uploads. */
export interface StreamBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Bytes. */
  readonly length: number;
}

/** One HTTP request. */
export interface TransportRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | StreamBody;
  /** The answer is a file, which may be of any length and packed as it likes. */
  readonly download?: true;
  /**
   * Ends the request. A reason named `TimeoutError`, as `AbortSignal.timeout()` has it, becomes a
   * {@linkcode TransportError}; every other reason is thrown as it is.
   */
  readonly signal: AbortSignal;
}

/** An answer that can be read without a stream, which takes longer than all else of a small one. */
export interface ChunkedResponse extends Response {
  /**
   * Hands out the body as it comes. What `take` throws ends the connection.
   *
   * @throws {TransportError} When the connection breaks.
   */
  eachChunk(take: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<void>;
}

/** Sends requests over kept-alive connections. */
export interface Transport {
  /**
   * Sends one request. `statusText` of the answer is the server's reason phrase where the
   * transport can see it. Its body may fail with a {@linkcode TransportError} too; it holds a
   * connection until it is read to its end or cancelled.
   *
   * @throws {TransportError} When no answer came.
   */
  fetch(url: URL, request: TransportRequest): Promise<Response>;
  /** Closes idle connections. */
  close(): void;
}

/** What went wrong below HTTP. */
export type TransportFailure =
  | "dns"
  | "refused"
  | "unreachable"
  | "reset"
  | "timeout"
  | "tls"
  | "protocol";

/**
 * True when a read met a kept-alive connection that the server had just closed: that says nothing
 * about the server, and the read may be sent again.
 */
export function isLostRead(error: unknown, { method, signal }: TransportRequest): boolean {
  return method === "GET" && !signal.aborted &&
    error instanceof TransportError && error.failure === "reset";
}

/** No answer came. */
export class TransportError extends Error {
  override readonly name = "TransportError";

  constructor(
    readonly failure: TransportFailure,
    message: string,
    readonly details: {
      /** The request may have reached PVE: a change must not be sent again. */
      readonly maybeSent: boolean;
      /** What to do about it. */
      readonly hint?: string;
      readonly cause?: unknown;
      /** What the server's certificate or handshake failed at; only with `tls`. */
      readonly checks?: readonly TlsCheck[];
      /** The refused certificate. */
      readonly certificate?: CertificateFacts;
    },
  ) {
    super(message, { cause: details.cause });
  }
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
