/**
 * Turns Node's incoming message into a `Response` whose body is read as it comes.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { KIB } from "../base/byte_units.ts";
import { startReading, stopReading } from "./flow_control.ts";
import { TransportError } from "./transport.ts";
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
  let body = bodyOf(incoming, errorOf);
  if (/^(x-)?gzip$/i.test(headers.get("content-encoding") ?? "")) {
    headers.delete("content-encoding");
    headers.delete("content-length");
    body = ReadableStream.from(unpacked(body, limited));
  }
  return new Response(body, { status, statusText, headers });
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  const { rawHeaders } = incoming;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  }
  return headers;
}

/** The reason phrase without what `Response` does not take. */
function reasonPhrase(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "");
}

function bodyOf(
  incoming: IncomingMessage,
  errorOf: (error: unknown) => unknown,
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
        if (open) fail(new Error("The connection was closed"));
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
