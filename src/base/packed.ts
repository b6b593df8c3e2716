/**
 * Bytes as generated modules hold them: base64 of gzip.
 *
 * @module
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** What comes out of a stream that something is sent through. */
export async function through(
  stream: CompressionStream | DecompressionStream,
  content: Bytes | string,
): Promise<Bytes> {
  const passed = new Blob([content]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(passed).arrayBuffer());
}

/** Packs bytes, or a text as UTF-8. */
export async function packed(content: Bytes | string): Promise<string> {
  return (await through(new CompressionStream("gzip"), content)).toBase64();
}

/** The bytes that were packed. */
export function unpacked(text: string): Promise<Bytes> {
  return through(new DecompressionStream("gzip"), Uint8Array.fromBase64(text));
}
