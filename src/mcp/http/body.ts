/**
 * Reads the body of HTTP requests as JSON, bounded in bytes and time.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { MIB } from "../../base/byte_units.ts";

/** Most bytes of one request. */
export const MAX_BODY_BYTES = 4 * MIB;
/** Milliseconds that a client has to send them. */
export const BODY_MS = 30_000;

/** A body, or why there is none. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "too large" }
  | { readonly kind: "too slow" }
  | { readonly kind: "not JSON" };

/** The chunks of a body, or why they were not read to their end. */
async function readBytes(
  stream: ReadableStream<Uint8Array>,
  clock: Clock,
): Promise<Uint8Array[] | "too large" | "too slow"> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const stop = (): void => void reader.cancel().catch(() => undefined); // It is gone already.
  const cancelTimer = clock.after(BODY_MS, () => {
    late = true;
    stop();
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) return "too slow";
      if (done) return chunks;
      size += value.length;
      if (size > MAX_BODY_BYTES) {
        stop();
        return "too large";
      }
      chunks.push(value);
    }
  } finally {
    cancelTimer();
  }
}

/** Reads the body of a request; one that says that it is too large is not read at all. */
export async function readBody(request: Request, clock: Clock): Promise<Body> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES) return { kind: "too large" };
  const chunks = request.body ? await readBytes(request.body, clock) : [];
  if (typeof chunks === "string") return { kind: chunks };
  try {
    const bytes = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer();
    return {
      kind: "json",
      value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
    };
  } catch {
    return { kind: "not JSON" };
  }
}
