/**
 * The body of an upload as PVE's HTTP server reads it: the fields first, then the file under the
 * name `filename`, with its length known before a byte is sent.
 *
 * @module
 */
import type { StreamBody } from "./transport.ts";

/** What is uploaded. */
export interface UploadFile {
  /** Its name at PVE. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A body and its type. */
export interface Multipart {
  readonly contentType: string;
  readonly body: StreamBody;
}

function lines(...all: string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(all.join("\r\n"));
}

function assertFits(text: string): void {
  if (!/["\p{Cc}]/u.test(text)) return;
  const quoted = JSON.stringify(text);
  throw new TypeError(
    `Cannot upload with the name or value ${quoted}: it has a quote or a control character`,
  );
}

/** All that goes before the bytes of the file. */
function headOf(
  boundary: string,
  fields: Readonly<Record<string, string>>,
  fileName: string,
): Uint8Array<ArrayBuffer> {
  return lines(
    ...Object.entries(fields).flatMap(([name, value]) => [
      `--${boundary}`,
      `Content-Disposition: form-data; name="${name}"`,
      "",
      value,
    ]),
    `--${boundary}`,
    `Content-Disposition: form-data; name="filename"; filename="${fileName}"`,
    "Content-Type: application/octet-stream",
    "",
    "",
  );
}

/**
 * Builds the body; the file is read as it is sent. `onSent` hears the bytes of the file that were
 * handed on so far.
 *
 * @throws {TypeError} When a name or a value does not fit on its line; in the stream, when the file
 *   is not as long as was said.
 */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: UploadFile,
  onSent: (bytes: number) => void = () => {},
): Multipart {
  for (const text of [file.name, ...Object.values(fields)]) assertFits(text);
  const boundary = `proxmox-mcp-${crypto.randomUUID()}`;
  const head = headOf(boundary, fields, file.name);
  const tail = lines("", `--${boundary}--`, "");
  async function* bytes(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield head;
    let sent = 0;
    for await (const chunk of file.stream) {
      sent += chunk.length;
      if (sent > file.size) break;
      yield chunk;
      onSent(sent);
    }
    if (sent !== file.size) throw new TypeError(`"${file.name}" changed while it was sent`);
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      stream: ReadableStream.from(bytes()),
      length: head.length + file.size + tail.length,
    },
  };
}
