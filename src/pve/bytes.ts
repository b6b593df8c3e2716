/**
 * Sends and receives what is bytes instead of JSON: uploads and downloads.
 *
 * @module
 */
import type { Operation } from "./api.ts";
import { readBody } from "./body_limits.ts";
import { type PveAnswer, type PveClient, readAnswer, type RequestOptions } from "./client.ts";
import { type Args, encodeRequest } from "./encode.ts";
import { errorOf } from "./errors.ts";
import type { Multipart } from "./transport/multipart.ts";

/**
 * Calls an operation with a body of bytes; `args` fill its path.
 *
 * @throws The errors of {@linkcode PveClient.request}.
 */
export async function upload(
  pve: PveClient,
  operation: Operation,
  args: Args,
  { contentType, body }: Multipart,
  options: RequestOptions,
): Promise<PveAnswer> {
  const attempt = { operation, args };
  const { method, path } = encodeRequest(operation, args);
  const headers = { "Content-Type": contentType };
  return await pve.send(
    attempt,
    path,
    { method, headers, body },
    options,
    (response) => readAnswer(attempt, response),
  );
}

/**
 * Calls an operation and hands the bytes of its answer to `read`.
 *
 * @throws The errors of {@linkcode PveClient.request}.
 */
export async function download<T>(
  pve: PveClient,
  operation: Operation,
  args: Args,
  options: RequestOptions,
  read: (bytes: ReadableStream<Uint8Array>) => Promise<T>,
): Promise<T> {
  const attempt = { operation, args };
  const { method, path } = encodeRequest(operation, args);
  const request = { method, headers: {}, download: true } as const;
  return await pve.send(attempt, path, request, options, async (response) => {
    if (!response.ok) throw errorOf(attempt, response, await readBody(attempt, response));
    const bytes = response.body ?? ReadableStream.from([]);
    try {
      return await read(bytes);
    } finally {
      // What nobody reads would keep its connection for good; what was read ends by itself.
      await bytes.cancel().catch(() => undefined);
    }
  });
}
