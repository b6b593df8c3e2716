import { bytes } from "../../../src/base/text/units.ts";
import { basename, dirname, join } from "node:path";
import { MIB } from "../../../src/base/byte_units.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { connect, type Harness, type HarnessOptions } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { assertDone, assertFailed, assertUnconfirmed } from "../../outcome.ts";
import { walk } from "../steps.ts";

const TOOL = "proxmox_storage_content";
const UPLOAD = { action: "upload", storage: "local", node: "pve1", content: "iso" };

/** A folder with one file of that many bytes; `work` gets the file's path. */
async function withFile(
  name: string,
  size: number,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, name);
    await Deno.writeFile(path, new Uint8Array(size).fill(65));
    await work(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("proxmox_storage_content sends the bytes of a local file", async () => {
  await withFile("tiny.iso", 300_000, async (path) => {
    await using harness = await connect({ settings: { FILES_DIR: dirname(path) } });
    await walk(harness, TOOL, [
      {
        call: { ...UPLOAD, filename: path, checksum: "b".repeat(32) },
        says: [
          `Uploaded tiny.iso (${bytes(300_000)}) to local`,
          "Its md5 checksum was verified",
        ],
        data: { volid: "local:iso/tiny.iso", size: 300_000 },
        content: { task: { exitstatus: "OK" } },
      },
      {
        call: { ...UPLOAD, action: "list" },
        rows: [{ volid: "local:iso/tiny.iso", content: "iso", format: "iso", size: 300000 }],
      },
      {
        call: { ...UPLOAD, file: path, filename: "an other.img" },
        says: ["Uploaded an other.img", "not verified: no checksum was given"],
        data: { volid: "local:iso/an_other.img" },
      },
      {
        call: { ...UPLOAD, filename: path, content: "vztmpl" },
        fails: true,
        says: ['Cannot store "tiny.iso" as vztmpl', "Nothing was sent"],
        sends: "",
      },
    ]);
    const [first] = harness.simulator.requests.filter((each) => each.path.endsWith("/upload"));
    const type = Object.entries(first?.headers ?? {}).find(([name]) =>
      /^content-type$/i.test(name)
    );
    assert(type?.[1].startsWith("multipart/form-data; boundary="));
    const names = [...(first?.body ?? "").matchAll(/name="([^"]+)"/g)].map(([, name]) => name);
    assertEquals(names.slice(0, 4), ["content", "checksum-algorithm", "checksum", "filename"]);
  });
});

Deno.test("proxmox_storage_content asks before an upload takes the place of a file, and looks again after", async () => {
  await withFile("tiny.iso", 1_000, async (path) => {
    const questions: string[] = [];
    let answer: "accept" | "decline" = "decline";
    let guests = "";
    const harness: Harness = await connect({
      settings: { FILES_DIR: dirname(path) },
      ask: (question) => {
        questions.push(question);
        if (guests !== "") {
          harness.simulator.cluster.guests.get(104)!.config.ide2 = guests;
        }
        return Promise.resolve(answer);
      },
    });
    await using _ = harness;
    const uploads = (): number =>
      harness.simulator.requests.filter((each) => each.path.endsWith("/upload")).length;
    const call = { ...UPLOAD, node: "pve3", filename: path };
    await walk(harness, TOOL, [{ call, says: ["Uploaded tiny.iso"] }]);
    assertEquals([questions.length, uploads()], [0, 1]);
    await walk(harness, TOOL, [{ call, fails: "declined", says: ["was not confirmed"] }]);
    assert(questions[0]?.includes("Lost: local:iso/tiny.iso"), questions[0]);
    assertEquals([questions.length, uploads()], [1, 1]);
    answer = "accept";
    guests = "local:iso/tiny.iso,media=cdrom";
    await walk(harness, TOOL, [{ call, fails: "failed", says: ["It changed after it was"] }]);
    assertEquals([questions.length, uploads()], [2, 1]);
    guests = "";
    await walk(harness, TOOL, [{ call, says: ["Uploaded tiny.iso"] }]);
    assertEquals([questions.length, uploads()], [3, 2]);
  });
});

/**
 * A cluster where the upload of a file takes the place of one.
 *
 * @param whenAsked What happens before somebody agrees; without it nobody can be asked.
 */
async function replacing(
  path: string,
  options: HarnessOptions,
  whenAsked?: () => void,
): Promise<{ readonly harness: Harness; readonly questions: string[] }> {
  const questions: string[] = [];
  const ask = (question: string): Promise<"accept"> => {
    questions.push(question);
    whenAsked?.();
    return Promise.resolve("accept");
  };
  const harness = await connect({
    ...options,
    ...(whenAsked ? { ask } : {}),
    settings: { FILES_DIR: dirname(path), ...options.settings },
  });
  harness.simulator.cluster.storages.put({
    ...{ volid: `local:iso/${basename(path)}`, content: "iso", format: "iso" },
    ...{ size: 3, used: 3, ctime: 1_767_000_000 },
  }, "pve1");
  return { harness, questions };
}

function uploadsTo({ simulator }: Harness): number {
  return simulator.requests.filter(({ path }) => path.endsWith("/upload")).length;
}

/** Bytes of a file that is too large to be told apart by its content. */
const LARGE = 17 * MIB;
const LONG_AGO = new Date("2020-01-02T03:04:05Z");

/** Writes over the first byte. */
function write(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.writeSync(new Uint8Array(1));
}

/** Puts another file of the same size and time in its place. */
function replace(path: string): void {
  const { size, mtime } = Deno.statSync(path);
  const other = `${path}.other`;
  Deno.writeFileSync(other, new Uint8Array(size).fill(66));
  Deno.utimeSync(other, mtime!, mtime!);
  Deno.renameSync(other, path);
}

for (
  const [size, shown] of [[1_000, /SHA-256 [0-9a-f]{12}…/], [LARGE, /last written 2020-/]] as const
) {
  for (const change of [write, replace, (path: string) => Deno.truncateSync(path, size - 1)]) {
    const label = `${bytes(size)}, after ${change.name || "truncate"}`;
    Deno.test(`no other file is uploaded than the one that was asked about: ${label}`, async () => {
      await withFile("tiny.iso", size, async (path) => {
        await Deno.utime(path, LONG_AGO, LONG_AGO);
        const { harness, questions } = await replacing(path, {}, () => change(path));
        await using _ = harness;
        const answer = await harness.call(TOOL, { ...UPLOAD, filename: path });
        assertMatch(questions[0] ?? "", shown);
        assertStringIncludes(questions[0] ?? "", `with a file of ${bytes(size)}, `);
        assertFailed(
          answer,
          /was not done/,
          /It changed after it was confirmed: the file was .*, it is /,
        );
        assertEquals(uploadsTo(harness), 0);
      });
    });
  }
}

Deno.test("a file that has the same content is the one that was asked about", async () => {
  await withFile("tiny.iso", 1_000, async (path) => {
    const whenAsked = (): void => Deno.writeFileSync(path, new Uint8Array(1_000).fill(65));
    const { harness } = await replacing(path, {}, whenAsked);
    await using _ = harness;
    assertDone(await harness.call(TOOL, { ...UPLOAD, filename: path }), /^Uploaded tiny\.iso/);
  });
});

Deno.test("a code confirms the upload of the file that the plan has shown, and of no other", async () => {
  await withFile("tiny.iso", 1_000, async (path) => {
    const { harness } = await replacing(path, { settings: { CONFIRM: "plan" } });
    await using _ = harness;
    const call = { ...UPLOAD, filename: path };
    const { text } = await harness.call(TOOL, { ...call, dry_run: true });
    assertMatch(text, /with a file of [\d.]+ B, SHA-256 [0-9a-f]{12}…/);
    const confirm = /confirm="?([\w.-]+)/.exec(text)?.[1];
    write(path);
    const refused = await harness.call(TOOL, { ...call, confirm });
    assertUnconfirmed(
      refused,
      /waits to be confirmed/,
      /changed since the code was given: what is sent/,
    );
    assertEquals(uploadsTo(harness), 0);
  });
});

for (const size of [1_000, LARGE]) {
  Deno.test(`a file of ${bytes(size)} that changes while it is sent does not arrive`, async () => {
    await withFile("tiny.iso", size, async (path) => {
      await Deno.utime(path, LONG_AGO, LONG_AGO);
      const { harness } = await replacing(path, {
        transport: (simulator) =>
          hooked(simulator, {
            arrives: (line) => line.includes("/upload") ? write(path) : undefined,
          }),
      });
      await using _ = harness;
      const answer = await harness.call(TOOL, { ...UPLOAD, filename: path });
      assert(answer.isError, answer.text);
      assertStringIncludes(answer.text, '"tiny.iso" changed while it was sent');
      assertEquals(uploadsTo(harness), 0);
    });
  });
}

Deno.test("a file whose name has what ends a line is uploaded under the name that Proxmox VE makes of it", async () => {
  await withFile('a"b\nRequest 2: c.iso', 10, async (path) => {
    await using harness = await connect({ settings: { FILES_DIR: dirname(path) } });
    await walk(harness, TOOL, [
      {
        call: { ...UPLOAD, filename: path, dry_run: true },
        says: ["filename=a_b_Request 2: c.iso with a file of 10 B"],
      },
      { call: { ...UPLOAD, filename: path }, data: { volid: "local:iso/a_b_Request_2__c.iso" } },
    ]);
  });
});

Deno.test("proxmox_storage_content reports how far an upload is", async () => {
  await withFile("tiny.iso", 300_000, async (path) => {
    await using harness = await connect({ settings: { FILES_DIR: dirname(path) } });
    const heard: number[] = [];
    await harness.client.callTool(
      { name: TOOL, arguments: { ...UPLOAD, filename: path } },
      undefined,
      { onprogress: ({ progress }) => heard.push(progress) },
    );
    assert(heard.length > 1 && heard.includes(100), heard.join(", "));
    assertEquals(heard, heard.toSorted((one, other) => one - other));
  });
});

Deno.test("proxmox_storage_content closes the file of an upload that PVE refuses or that is lost", async () => {
  await withFile("tiny.iso", 300_000, async (path) => {
    await using harness = await connect({ settings: { FILES_DIR: dirname(path) } });
    const { faults } = harness.simulator;
    const match = { path: /upload$/ };
    const call = { ...UPLOAD, filename: path };
    faults.add({ kind: "refused", match, times: 1 });
    await walk(harness, TOOL, [{ call, fails: true, says: ["Nothing was sent to Proxmox VE"] }]);
    faults.add({ kind: "status", status: 500, message: "disk full", match, times: 1 });
    await walk(harness, TOOL, [
      { call, fails: true, says: ["disk full"] },
      { call: { ...call, storage: "tank" }, fails: true, says: ["can't upload to storage type"] },
    ]);
  });
});

Deno.test("proxmox_storage_content says why a file cannot be uploaded", async () => {
  await using closed = await connect();
  await walk(closed, TOOL, [{
    call: { ...UPLOAD, filename: "tiny.iso" },
    fails: true,
    says: ["No folder", "PROXMOX_FILES_DIR=FOLDER"],
    sends: "",
  }]);
  await using harness = await connect({ settings: { FILES_DIR: import.meta.dirname ?? "" } });
  await walk(harness, TOOL, [
    { call: UPLOAD, fails: true, says: ["filename: is missing"], sends: "" },
    {
      call: { ...UPLOAD, filename: "tiny.iso" },
      fails: true,
      says: ["no such file"],
      sends: "",
    },
    {
      call: { ...UPLOAD, file: "/etc/hostname", filename: "x.iso" },
      fails: true,
      says: ["the folder that PROXMOX_FILES_DIR opens"],
      sends: "",
    },
    {
      call: { ...UPLOAD, filename: "/x/tiny.iso", content: "backup" },
      fails: true,
      says: ["takes no backups this way"],
      sends: "",
    },
  ]);
});

Deno.test({
  name: "proxmox_storage_content names the permission that an upload needs",
  permissions: { read: false, write: false },
  fn: async () => {
    await using harness = await connect({ settings: { FILES_DIR: "/iso" } });
    await walk(harness, TOOL, [{
      call: { ...UPLOAD, filename: "/iso/tiny.iso" },
      fails: true,
      says: ["without the permission to read there", "--allow-read=/iso"],
      sends: "",
    }]);
  },
});
