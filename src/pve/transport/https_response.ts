/**
 * Turns Node's incoming message into a `Response` whose body is read as it comes, in chunks or as a
 * stream.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { KIB } from "../../base/byte_units.ts";
import { startReading, stopReading } from "./flow_control.ts";
import { type ChunkedResponse, TransportError } from "./transport.ts";
import { unpacked } from "./unpack.ts";

const WITHOUT_BODY: readonly number[] = [204, 205, 304];
const BUFFER_BYTES = 64 * KIB;

/** The error of an answer whose status is none of the final ones of HTTP. */
export function unusableStatus(status: number): TransportError {
  return new TransportError("protocol", `Cannot use an answer with the HTTP status ${status}`, {
    maybeSent: true,
  });
}

/**
 * The response of a message. A body in gzip is unpacked: PVE sends some unasked.
 *
 * @param errorOf Turns the error of a connection that breaks during the body into the body's.
 * @param limited Whether a body that is packed out of all proportion is refused.
 * @throws {TransportError} When the status line is not one of HTTP.
 */
export function responseOf(
  incoming: IncomingMessage,
  errorOf: (error: unknown) => unknown,
  limited: boolean,
): Response {
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599) throw unusableStatus(status);
  const headers = headersOf(incoming);
  const statusText = reasonPhrase(incoming.statusMessage ?? "");
  if (WITHOUT_BODY.includes(status)) {
    incoming.resume();
    return new Response(null, { status, statusText, headers });
  }
  const response = new IncomingResponse(incoming, errorOf, { status, statusText, headers });
  if (!/^(x-)?gzip$/i.test(incoming.headers["content-encoding"] ?? "")) return response;
  const body = ReadableStream.from(unpacked(response.body, limited));
  const unpackedHeaders = new Headers(headers);
  unpackedHeaders.delete("content-encoding");
  unpackedHeaders.delete("content-length");
  return new Response(body, { status, statusText, headers: unpackedHeaders });
}

/** A response whose body is a stream only for who asks for one. */
class IncomingResponse extends Response implements ChunkedResponse {
  readonly #incoming: IncomingMessage;
  readonly #errorOf: (error: unknown) => unknown;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #failure: unknown;

  constructor(
    incoming: IncomingMessage,
    errorOf: (error: unknown) => unknown,
    init: ResponseInit,
  ) {
    super(null, init);
    this.#incoming = incoming;
    this.#errorOf = errorOf;
    incoming.once("error", (error) => this.#failure ??= error);
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream ??= streamOf(this.#incoming, this.#errorOf, this.#broken());
  }

  /** What broke the connection before anybody read. */
  #broken(): unknown {
    const { destroyed, readableEnded } = this.#incoming;
    return this.#failure ?? (destroyed && !readableEnded ? closed() : undefined);
  }

  async eachChunk(take: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<void> {
    const incoming = this.#incoming;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (error: unknown): void => reject(this.#errorOf(error));
    const broken = this.#broken();
    if (broken !== undefined) fail(broken);
    incoming.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
      try {
        take(chunk);
      } catch (error) {
        reject(error);
        incoming.destroy();
      }
    });
    incoming.once("end", resolve);
    incoming.once("error", fail);
    incoming.once("close", () => {
      if (!incoming.readableEnded) fail(closed());
    });
    await promise;
  }

  // What a response reads its body by does not know of a stream that is made later.
  #whole(): Response {
    return new Response(this.body);
  }
  override text(): Promise<string> {
    return this.#whole().text();
  }
  override json(): ReturnType<Response["json"]> {
    return this.#whole().json();
  }
  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#whole().bytes();
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#whole().arrayBuffer();
  }
  override blob(): Promise<Blob> {
    return this.#whole().blob();
  }
}

function closed(): Error {
  return new Error("The connection was closed");
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}

/** The reason phrase without what `Response` does not take. */
function reasonPhrase(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "");
}

function streamOf(
  incoming: IncomingMessage,
  errorOf: (error: unknown) => unknown,
  broken: unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { socket } = incoming;
  let open = true;
  let stopped = false;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller): void {
      const fail = (error: unknown): void => {
        if (open) controller.error(errorOf(error));
        open = false;
      };
      if (broken !== undefined) return fail(broken);
      incoming.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        if (!open) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) > 0) return;
        incoming.pause();
        stopReading(socket);
        stopped = true;
      });
      incoming.once("end", () => {
        if (open) controller.close();
        open = false;
      });
      incoming.once("error", fail);
      incoming.once("close", () => {
        if (open) fail(closed());
      });
    },
    pull(): void {
      if (stopped) startReading(socket);
      stopped = false;
      incoming.resume();
    },
    cancel(): void {
      open = false;
      incoming.destroy();
    },
  }, { highWaterMark: BUFFER_BYTES, size: (chunk): number => chunk.byteLength });
}
