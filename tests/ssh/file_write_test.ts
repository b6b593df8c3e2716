import { FILE_WRITER } from "../../src/ssh/file_write.ts";
import { type FileRequest, MAX_FILE_BYTES, SshError } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { needs } from "../programs.ts";
import { assertDocumented } from "./clients.ts";
import { NASTY_PARTS } from "./nasty_strings.ts";
import { opensshTests, type Shared } from "./ssh_tests.ts";

const test = opensshTests();
const encoder = new TextEncoder();

/** A request to write into a new folder of the server's directory. */
async function requestIn(
  { server }: Pick<Shared, "server">,
  folder: string,
  more: Partial<FileRequest> = {},
): Promise<FileRequest> {
  await Deno.mkdir(`${server.directory}/${folder}`, { recursive: true });
  return {
    ...{ node: "pve1", folder: `${server.directory}/${folder}`, name: "user.yaml" },
    ...{ bytes: encoder.encode("#cloud-config\n"), replaces: false, executable: false },
    ...{ signal: new AbortController().signal, ...more },
  };
}

async function namesIn({ folder }: FileRequest): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

async function failure(work: Promise<void>): Promise<SshError> {
  const error = await assertRejects(() => work, SshError);
  await assertDocumented(error);
  return error;
}

test("write() writes all bytes as they are, and nothing else into the folder", async (shared) => {
  const all = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
  const request = await requestIn(shared, "bytes", { name: "all.bin", bytes: all });
  await shared.exec.write(request);
  assertEquals(await Deno.readFile(`${request.folder}/all.bin`), all);
  await shared.exec.write({ ...request, name: "empty", bytes: new Uint8Array() });
  assertEquals(await Deno.readTextFile(`${request.folder}/empty`), "");
  assertEquals(await namesIn(request), ["all.bin", "empty"]);
  const { mode } = await Deno.stat(`${request.folder}/all.bin`);
  assertEquals((mode ?? 0) & 0o777, 0o644);
});

test("write() makes a script executable", async (shared) => {
  const request = await requestIn(shared, "script", { executable: true });
  await shared.exec.write(request);
  const { mode } = await Deno.stat(`${request.folder}/user.yaml`);
  assertEquals((mode ?? 0) & 0o777, 0o755);
});

test("write() replaces a file only when it is told to, and never what a link leads to", async (shared) => {
  const request = await requestIn(shared, "replaced");
  const path = `${request.folder}/user.yaml`;
  const elsewhere = `${shared.server.directory}/elsewhere`;
  await Deno.writeTextFile(elsewhere, "old");
  await Deno.symlink(elsewhere, path);
  const { message } = await failure(shared.exec.write(request));
  assert(message.endsWith("a file of that name is there"), message);
  await shared.exec.write({ ...request, replaces: true });
  assertEquals(await Deno.readTextFile(path), "#cloud-config\n");
  assertEquals((await Deno.lstat(path)).isSymlink, false);
  assertEquals(await Deno.readTextFile(elsewhere), "old");
  assertEquals(await namesIn(request), ["user.yaml"]);
});

/** Names of folders with all that breaks quoting, each as long as a name may be. */
function nastyNames(): string[] {
  const names: string[] = [];
  let name = "";
  for (const part of NASTY_PARTS.filter((each) => !/[\0/]/.test(each))) {
    if (encoder.encode(name + part).length > 200) {
      names.push(name);
      name = "";
    }
    name += part;
  }
  return [...names, name];
}

test("write() takes folders with any name for what they are", async (shared) => {
  for (const name of nastyNames()) {
    const request = await requestIn(shared, `nasty/${name}`);
    await shared.exec.write(request);
    assertEquals(await namesIn(request), ["user.yaml"], name);
  }
});

test("write() refuses names that are no plain file names, before anything is sent", async (shared) => {
  const request = await requestIn(shared, "hostile");
  const names = [
    "",
    ".",
    "..",
    ".hidden",
    "-rf",
    "../x",
    "a/b",
    "a b",
    "x\0y",
    "x\ny",
    "$(id)",
    "é",
  ];
  for (const name of [...names, "x".repeat(201)]) {
    const error = await failure(shared.exec.write({ ...request, name }));
    assertEquals(error.kind, "request", name);
  }
  await failure(shared.exec.write({ ...request, folder: "relative" }));
  await failure(shared.exec.write({ ...request, bytes: new Uint8Array(MAX_FILE_BYTES + 1) }));
  assertEquals(await namesIn(request), []);
});

test("write() keeps out of folders of the system, wherever links lead", async (shared) => {
  const request = await requestIn(shared, "system");
  const link = `${request.folder}/link`;
  await Deno.symlink("/etc", link);
  for (const folder of ["/etc", "/root", "/usr/../etc/", "/", link, `${link}/default`]) {
    const { message } = await failure(shared.exec.write({ ...request, folder }));
    assert(message.includes("is a folder of the system itself"), message);
  }
  const { message } = await failure(
    shared.exec.write({ ...request, folder: `${request.folder}/no` }),
  );
  assert(message.includes("there is no folder"), message);
});

Deno.test(
  "the program of write() leaves nothing behind when its input ends early",
  needs("perl"),
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const program = new Deno.Command("perl", {
        args: ["-e", FILE_WRITER, folder, "user.yaml", "100", "1", "644"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const input = program.stdin.getWriter();
      await input.write(encoder.encode("half of it"));
      await input.close();
      const { stdout } = await program.output();
      const said = new TextDecoder().decode(stdout);
      assertEquals(said, "\nproxmox-mcp: failed the text did not arrive in full\n");
      assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
