import { join } from "node:path";
import { assertEquals, assertRejects } from "./assert.ts";
import { systemFiles } from "../src/files.ts";
import { ToolError } from "../src/tool/answer.ts";

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, ToolError)).details.reason;
}

Deno.test("systemFiles reads a file in pieces, and writes a new one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "new.txt");
    await systemFiles.save(path, ReadableStream.from([new TextEncoder().encode("hello")]));
    const { name, size, stream } = await systemFiles.open(path);
    assertEquals([name, size], ["new.txt", 5]);
    assertEquals(await new Response(stream).text(), "hello");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("systemFiles never writes over a file, and leaves none that ended early", async () => {
  const folder = await Deno.makeTempDir();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(3);
    await Promise.reject(new Error("The connection was lost"));
  }
  try {
    const path = join(folder, "new.txt");
    await assertRejects(() => systemFiles.save(path, ReadableStream.from(broken())), Error, "lost");
    assertEquals([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(path, "mine");
    assertEquals(
      await reasonOf(systemFiles.save(path, ReadableStream.from([]))),
      "It exists; nothing is written over it",
    );
    assertEquals(await Deno.readTextFile(path), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("systemFiles says why a path is of no use", async () => {
  assertEquals(
    await reasonOf(systemFiles.open("debian.iso")),
    "It is not an absolute path on the machine that this server runs on",
  );
  assertEquals(
    await reasonOf(systemFiles.open("/no/such/file.iso")),
    "There is no such file or folder on the machine that this server runs on",
  );
  assertEquals(await reasonOf(systemFiles.open("/")), "It is not a file");
});

Deno.test({
  name: "systemFiles names the permission that the server lacks",
  permissions: { read: false, write: false },
  fn: async () => {
    const refused = await assertRejects(() => systemFiles.open("/iso/debian.iso"), ToolError);
    assertEquals(
      refused.details.reason,
      "This server was started without the permission to read there",
    );
    assertEquals(refused.details.notes, ["Start it with Deno's option --allow-read=/iso"]);
    const written = systemFiles.save("/tmp/x", ReadableStream.from([]));
    assertEquals(
      await reasonOf(written),
      "This server was started without the permission to write there",
    );
  },
});
