/**
 * Sends a body as it is read, so that an ISO image needs no memory.
 *
 * @module
 */
import type { ClientRequest } from "node:http";
import { errorMessage } from "../../base/text/error_message.ts";
import { type StreamBody, TransportError } from "./transport.ts";

/**
 * Writes the body to a request whose headers name its length, and ends the request. Stops early
 * when the answer comes first or the connection is gone; fails the request when the body does.
 */
export async function upload(outgoing: ClientRequest, body: StreamBody): Promise<void> {
  const reader = body.stream.getReader();
  const stop = new AbortController();
  outgoing.once("response", () => stop.abort());
  outgoing.once("close", () => stop.abort());
  stop.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
  let left = body.length;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (stop.signal.aborted) return;
      if (done) break;
      left -= value.byteLength;
      if (left < 0) throw new RangeError(`it is longer than the ${body.length} bytes announced`);
      if (!outgoing.write(value)) await drained(outgoing, stop.signal);
    }
    if (left > 0) throw new RangeError(`it is ${left} bytes shorter than announced`);
    outgoing.end();
  } catch (cause) {
    const message = errorMessage(cause);
    outgoing.destroy(
      new TransportError("protocol", `Cannot upload: reading the file failed (${message})`, {
        maybeSent: true,
        cause,
      }),
    );
    await reader.cancel(cause).catch(() => {});
  }
}

/** Resolves when more may be written, or nothing more needs to be. */
function drained(outgoing: ClientRequest, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done);
      stop.removeEventListener("abort", done);
      resolve();
    };
    outgoing.once("drain", done);
    stop.addEventListener("abort", done);
    if (stop.aborted) done();
  });
}
