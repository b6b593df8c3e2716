/**
 * Reaches the embedded PVE without a network: requests become calls, and what would have been a
 * broken connection becomes the same error that one gives.
 *
 * @module
 */
import { bareHost } from "../../base/text/host.ts";
import {
  type StreamBody,
  type Transport,
  TransportError,
  type TransportRequest,
} from "../../pve/transport/transport.ts";
import { Dropped, type WireAnswer, type WireRequest } from "../request/wire.ts";

/** Message of each failure, before the host's name. */
const FAILURE_MESSAGES = {
  refused: "The connection was refused by",
  reset: "The connection was reset by",
  unreachable: "There is no route to",
} as const;

const HINT = "See `systemctl status pveproxy` on the node";

type Bytes = Uint8Array<ArrayBuffer>;
type Handle = (request: WireRequest, signal: AbortSignal) => Promise<WireAnswer>;

const encoder = new TextEncoder();

async function bytesOf(body: string | StreamBody | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (body === undefined) return new Uint8Array(0);
  if (typeof body === "string") return encoder.encode(body);
  return new Uint8Array(await new Response(body.stream).arrayBuffer());
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function brokenOff(): TransportError {
  return new TransportError("reset", "The connection broke in the middle of the answer", {
    maybeSent: true,
    hint: HINT,
  });
}

/** The first half of a body, and then an error. */
function halfOf(body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = false;
  return new ReadableStream({
    pull(controller): void {
      if (sent) {
        controller.error(brokenOff());
      } else {
        sent = true;
        controller.enqueue(body.slice(0, Math.ceil(body.length / 2)));
      }
    },
  });
}

function bodyOf({ body, cut }: WireAnswer): Uint8Array<ArrayBuffer> | ReadableStream<Bytes> {
  return cut ? halfOf(body) : body;
}

/** A body in gzip as it was before, which a real transport unpacks as well. */
function unpacked(answer: WireAnswer): ReadableStream<Bytes> {
  const body = bodyOf(answer);
  const packed = body instanceof ReadableStream ? body : new Blob([body]).stream();
  return packed.pipeThrough(new DecompressionStream("gzip"));
}

/** Speaks to an embedded PVE in this process. */
export class InProcessTransport implements Transport {
  constructor(private readonly handle: Handle) {}

  async fetch(url: URL, request: TransportRequest): Promise<Response> {
    const { method, headers, signal } = request;
    const wire: WireRequest = {
      method,
      target: url.pathname + url.search,
      host: bareHost(url.hostname),
      headers: lowerCase(headers),
      body: await bytesOf(request.body),
    };
    try {
      const answer = await this.handle(wire, signal);
      const { "Content-Encoding": encoding, ...rest } = answer.headers;
      return new Response(encoding === "gzip" ? unpacked(answer) : bodyOf(answer), {
        status: answer.status,
        statusText: answer.reason,
        headers: rest,
      });
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      const message = `${FAILURE_MESSAGES[error.failure]} ${url.host}`;
      throw new TransportError(error.failure, message, {
        maybeSent: error.failure === "reset",
        hint: HINT,
        cause: error,
      });
    }
  }

  close(): void {}
}
