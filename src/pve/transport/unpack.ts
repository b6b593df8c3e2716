/**
 * Unpacks bodies in gzip as they come. A body that grows out of all proportion is refused before it
 * takes memory: a few bytes on the wire could stand for any number of them.
 *
 * @module
 */
import { KIB, MIB } from "../../base/byte_units.ts";
import { TooMuchError, TransportError } from "./transport.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Packed bytes that are unpacked at once: they stand for 4 MiB at the most. */
const PIECE_BYTES = 4 * KIB;
/** Unpacked bytes from which on they are compared with the packed ones. */
const COMPARED_FROM_BYTES = MIB;
/** Unpacked bytes for each packed one; logs, the most alike of all that PVE sends, have some 20. */
const MAX_RATIO = 200;

/**
 * The body unpacked.
 *
 * @param limited Whether a ratio of more than 200 is refused.
 */
export async function* unpacked(
  body: ReadableStream<Bytes>,
  limited: boolean,
): AsyncGenerator<Bytes> {
  let packed = 0;
  let size = 0;
  const pieces = new TransformStream<Bytes, Bytes>({
    transform(chunk, controller): void {
      packed += chunk.length;
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        controller.enqueue(chunk.subarray(at, at + PIECE_BYTES));
      }
    },
  });
  try {
    for await (
      const chunk of body.pipeThrough(pieces).pipeThrough(new DecompressionStream("gzip"))
    ) {
      size += chunk.length;
      if (limited && size > COMPARED_FROM_BYTES && size > MAX_RATIO * packed) {
        throw new TooMuchError(`is packed more than ${MAX_RATIO} to 1`);
      }
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TransportError("protocol", `Cannot unpack the answer: ${error.message}`, {
      maybeSent: true,
      cause: error,
    });
  }
}
