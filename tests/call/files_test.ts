import { join } from "node:path";
import { MIB } from "../../src/base/byte_units.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { filesIn } from "../../src/call/files.ts";
import { ToolError } from "../../src/tool/answer.ts";

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, ToolError)).details.reason;
}

Deno.test("filesIn() reads a file in pieces, and writes a new one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "new.txt");
    const files = filesIn(folder);
    await files.save("new.txt", ReadableStream.from([new TextEncoder().encode("hello")]));
    const { name, size, stream } = await files.open(path);
    assertEquals([name, size], ["new.txt", 5]);
    assertEquals(await new Response(stream).text(), "hello");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Does something to a file after the first look at it. */
function afterLook(change: () => void): Disposable {
  const { prototype } = Deno.FsFile;
  const { stat } = prototype;
  prototype.stat = async function (): Promise<Deno.FileInfo> {
    const seen = await stat.call(this);
    prototype.stat = stat;
    change();
    return seen;
  };
  return { [Symbol.dispose]: () => prototype.stat = stat };
}

Deno.test("filesIn() opens no small file that grows or shrinks while it is looked at", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "other.txt");
    for (
      const change of [
        () => Deno.writeTextFileSync(path, "more", { append: true }),
        () => Deno.truncateSync(path, 2),
      ]
    ) {
      await Deno.writeTextFile(path, "hello");
      using _ = afterLook(change);
      assertEquals(await reasonOf(filesIn(folder).open(path)), "It changed while it was read");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("filesIn() ends no file whose content is another at its end than when it was opened", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const size of [5, 16 * MIB, 16 * MIB + 1]) {
      const path = join(folder, `${size}.bin`);
      await Deno.writeFile(path, new Uint8Array(size));
      await Deno.utime(path, 0, 0);
      const { stream } = await filesIn(folder).open(path);
      using file = await Deno.open(path, { write: true });
      await file.write(new Uint8Array([1]));
      await assertRejects(
        () => new Response(stream).bytes(),
        ToolError,
        `"${size}.bin" changed while it was sent`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("filesIn() tells files apart by content up to 16 MiB, the last byte included, and sends it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const size of [0, 1, 16 * MIB, 16 * MIB + 1]) {
      const path = join(folder, `${size}.bin`);
      await Deno.writeFile(path, new Uint8Array(size).fill(7));
      const { state, size: told, stream } = await filesIn(folder).open(path);
      assertEquals([told, state.size, state.sha256 !== undefined], [size, size, size <= 16 * MIB]);
      const sent = await new Response(stream).bytes();
      assertEquals([sent.length, sent.at(-1)], [size, size === 0 ? undefined : 7]);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", sent)).toHex();
      assertEquals(state.sha256 ?? hash, hash);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("filesIn() never writes over a file, and leaves none that ended early", async () => {
  const folder = await Deno.makeTempDir();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(3);
    await Promise.reject(new Error("The connection was lost"));
  }
  try {
    const path = join(folder, "new.txt");
    await assertRejects(
      () => filesIn(folder).save(path, ReadableStream.from(broken())),
      Error,
      "lost",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(path, "mine");
    assertEquals(
      await reasonOf(filesIn(folder).save(path, ReadableStream.from([]))),
      "It exists; nothing is written over it",
    );
    assertEquals(await Deno.readTextFile(path), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("filesIn() writes no more than it may, takes the rest away, and asks for no more of it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let asked = 0;
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (stream) => void (asked++, stream.enqueue(new Uint8Array(1024))),
      });
    const files = filesIn(folder, { mostBytes: 10 * 1024 });
    assertEquals(
      await reasonOf(files.save("endless.img", endless())),
      "It is larger than 10.00 KiB; what was written of it is removed",
    );
    assertEquals([[...Deno.readDirSync(folder)], asked < 20], [[], true]);
    await files.save("whole.img", ReadableStream.from([new Uint8Array(10 * 1024)]));
    assertEquals((await Deno.stat(join(folder, "whole.img"))).size, 10 * 1024);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "filesIn() says that a disk is full, also when only the last bytes find no room",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // Deno opens a device only with all permissions, which a process of its own has.
    const code = `
      import { filesIn } from ${JSON.stringify(import.meta.resolve("../../src/call/files.ts"))};
      const full = await Deno.open("/dev/full", { write: true });
      const folder = await Deno.makeTempDir();
      Deno.open = () => Promise.resolve(full);
      await filesIn(folder).save("x", ReadableStream.from([new Uint8Array(3)]))
        .catch((error) => Deno.stdout.write(new TextEncoder().encode(error.details.reason)));
      await Deno.remove(folder, { recursive: true });
    `;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--quiet",
        "--ext=ts",
        `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
        code,
      ],
      stderr: "inherit",
    }).output();
    assertEquals(
      new TextDecoder().decode(stdout),
      "There is no room left for it; what was written is removed",
    );
  },
});

Deno.test("filesIn() keeps to its folder, whatever a path or a link says", async () => {
  const folder = await Deno.makeTempDir();
  const outside = await Deno.makeTempDir();
  try {
    const files = filesIn(folder);
    await Deno.writeTextFile(join(outside, "secret"), "x");
    await Deno.symlink(join(outside, "secret"), join(folder, "link"));
    await Deno.symlink(outside, join(folder, "door"));
    const reason = `It is not in "${folder}", the folder that PROXMOX_FILES_DIR opens`;
    for (
      const path of [
        ...[join(outside, "secret"), "../x/../../etc/hostname", "link", "door/secret"],
        // Nor does it tell whether something is there.
        ...[join(outside, "nothing"), "../nothing", "/nothing/at/all", folder, "."],
      ]
    ) assertEquals(await reasonOf(files.open(path)), reason, path);
    for (const path of [join(outside, "new"), "door/new", "../new-outside"]) {
      assertEquals(await reasonOf(files.save(path, ReadableStream.from([]))), reason, path);
    }
    assertEquals([...Deno.readDirSync(outside)].map((entry) => entry.name), ["secret"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(outside, { recursive: true });
  }
});

Deno.test("filesIn() touches nothing without a folder, and says which setting opens one", async () => {
  const refused = await assertRejects(() => filesIn(undefined).open("/etc/hostname"), ToolError);
  assertEquals(refused.details.notes, ["PROXMOX_FILES_DIR=FOLDER in its environment opens one"]);
});

Deno.test("filesIn() says why a path is of no use", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "iso"));
    const files = filesIn(folder);
    assertEquals(
      await reasonOf(files.open("nosuch.iso")),
      "There is no such file or folder on the machine that this server runs on",
    );
    assertEquals(await reasonOf(files.open("iso")), "It is not a file");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "filesIn() names the permission that the server lacks",
  permissions: { read: false, write: false },
  fn: async () => {
    const files = filesIn("/iso");
    const refused = await assertRejects(() => files.open("debian.iso"), ToolError);
    assertEquals(
      refused.details.reason,
      "This server was started without the permission to read there",
    );
    assertEquals(refused.details.notes, ["Start it with Deno's option --allow-read=/iso"]);
    assertEquals(
      await reasonOf(files.save("x", ReadableStream.from([]))),
      "This server was started without the permission to write there",
    );
  },
});

Deno.test("filesIn() does not wait for a pipe that nobody writes to", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pipe = join(folder, "debian.iso");
    assertEquals((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success, true);
    assertEquals(await reasonOf(filesIn(folder).open("debian.iso")), "It is not a file");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
