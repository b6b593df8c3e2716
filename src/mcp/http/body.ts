/**
 * Reads what clients send: a bounded number of bytes, as JSON.
 *
 * @module
 */

/** Most bytes of one request. */
export const LARGEST_BODY = 4 * 1024 * 1024;

/** A body, or why there is none. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "too large" }
  | { readonly kind: "not JSON" };

async function readBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined; // Leaving the loop cancels the rest.
    chunks.push(chunk);
  }
  return chunks;
}

/** Reads the body of a request; one that says that it is too large is not read at all. */
export async function readBody(request: Request): Promise<Body> {
  if (Number(request.headers.get("content-length")) > LARGEST_BODY) return { kind: "too large" };
  const chunks = request.body ? await readBytes(request.body) : [];
  if (!chunks) return { kind: "too large" };
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
