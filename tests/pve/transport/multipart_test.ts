import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { multipart } from "../../../src/pve/transport/multipart.ts";

function streamOf(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

function fileOf(name: string, size: number, ...chunks: string[]): Parameters<typeof multipart>[1] {
  return { name, size, stream: streamOf(...chunks) };
}

Deno.test("multipart() puts the fields before the file, as PVE reads them, and knows its length", async () => {
  const sent: number[] = [];
  const fields = { content: "iso", "checksum-algorithm": "md5", checksum: "0f3" };
  const { contentType, body } = multipart(
    fields,
    fileOf("x.iso", 6, "abc", "\r\n", "d"),
    (bytes) => sent.push(bytes),
  );
  const text = await new Response(body.stream).text();
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(contentType)?.[1] ?? "";
  const field = (name: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  assertEquals(
    text,
    field("content", "iso") + field("checksum-algorithm", "md5") + field("checksum", "0f3") +
      `--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="x.iso"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\nabc\r\nd\r\n--${boundary}--\r\n`,
  );
  assertEquals(body.length, new TextEncoder().encode(text).length);
  assertEquals(sent, [3, 5, 6]);
});

Deno.test("multipart() ends with an error when the file is not as long as was said", async () => {
  for (const chunks of [["ab"], ["ab", "cd"]]) {
    const { body } = multipart({}, fileOf("x.iso", 3, ...chunks));
    await assertRejects(() => new Response(body.stream).text(), TypeError, "changed");
  }
});

Deno.test("multipart() refuses names and values that would leave their line", () => {
  for (const name of ['a".iso', "a\r\nb.iso"]) {
    assertThrows(() => multipart({}, fileOf(name, 0)), TypeError, "Cannot upload");
  }
  assertThrows(() => multipart({ content: "iso\n" }, fileOf("x", 0)), TypeError, "Cannot upload");
});
