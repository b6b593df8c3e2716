import { bytes } from "../../../src/base/text/units.ts";
import { dirname, join } from "node:path";
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness } from "../../harness.ts";
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
    await walk(harness, TOOL, [{ call, fails: "denied", says: ["was not confirmed"] }]);
    assert(questions[0]?.includes("Lost: local:iso/tiny.iso"), questions[0]);
    assertEquals([questions.length, uploads()], [1, 1]);
    answer = "accept";
    guests = "local:iso/tiny.iso,media=cdrom";
    await walk(harness, TOOL, [{ call, fails: "denied", says: ["It changed after it was"] }]);
    assertEquals([questions.length, uploads()], [2, 1]);
    guests = "";
    await walk(harness, TOOL, [{ call, says: ["Uploaded tiny.iso"] }]);
    assertEquals([questions.length, uploads()], [3, 2]);
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
