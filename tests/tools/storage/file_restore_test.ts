import { bytes } from "../../../src/base/text/units.ts";
import { join } from "node:path";
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { outcomeOf } from "../../outcome.ts";
import { testSteps, walk } from "../steps.ts";

const TOOL = "proxmox_file_restore";
const BACKUP = { storage: "pbs", volume: "pbs:backup/vm/102/2026-01-14T09:30:00Z" };
const ETC = "/drive-scsi0.img.fidx/part/1/etc";

testSteps("proxmox_file_restore browses with plain paths", TOOL, [
  { call: { action: "list", ...BACKUP }, rows: [{ path: "/drive-scsi0.img.fidx", type: "v" }] },
  {
    call: { action: "list", ...BACKUP, path: ETC },
    rows: [{ path: `${ETC}/hostname`, type: "f", size: 9, mtime: /^\d+$/ }],
  },
  {
    call: { action: "list", ...BACKUP, filepath: btoa(ETC) },
    rows: [{ path: `${ETC}/hostname`, type: "f" }],
  },
  { call: { action: "list", ...BACKUP, path: "/none" }, fails: true, says: ["not found"] },
  {
    call: { action: "list", storage: "nas", volume: "nas:backup/vzdump-qemu-100-x.vma.zst" },
    fails: true,
    says: ["Only PBS storages"],
  },
]);

testSteps("proxmox_file_restore answers small files, text as text", TOOL, [
  {
    call: { action: "download", ...BACKUP, filepath: `${ETC}/hostname` },
    says: ["restored"],
    data: { size: 9 },
  },
  { call: { action: "download", ...BACKUP, path: ETC }, data: { base64: /^UEsFBgAA/ } },
  {
    call: { action: "download", ...BACKUP, path: `${ETC}/none` },
    fails: true,
    says: ["not found"],
  },
  { call: { action: "download", ...BACKUP }, fails: true, says: ["path: is missing"] },
]);

const SIZES = [
  [18_000, 0, undefined],
  [18_001, 0, `larger than the ${bytes(18_000)} that an answer has for what is no text`],
  [65_536, 65, undefined],
  [65_537, 65, `It is larger than ${bytes(65_536)}`],
] as const;

for (const [bytes, byte, problem] of SIZES) {
  const what = `${bytes} bytes of ${byte === 0 ? "no text" : "text"}`;
  Deno.test(`proxmox_file_restore ${problem ? "does not answer" : "answers"} ${what}`, async () => {
    const body = new Uint8Array(bytes).fill(byte);
    await using harness = await connect({
      transport: (inner) => ({
        fetch: (url, request) =>
          url.pathname.endsWith("/file-restore/download")
            ? Promise.resolve(new Response(body))
            : inner.fetch(url, request),
        close: () => inner.close(),
      }),
    });
    const args = { action: "download", ...BACKUP, path: `${ETC}/big` };
    const { text, structured, isError } = await harness.call(TOOL, args);
    assertEquals(isError, problem !== undefined);
    if (problem) {
      assertStringIncludes(text, problem);
      assertStringIncludes(text, "Give to=");
    } else if (byte === 0) {
      const { base64 } = structured.data as { readonly base64: string };
      assertEquals(Uint8Array.fromBase64(base64).length, bytes, "nothing is left out");
    }
  });
}

Deno.test("proxmox_file_restore saves a file where the user says, but not over another", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const to = join(folder, "hostname");
    const call = { action: "download", ...BACKUP, path: `${ETC}/hostname`, to };
    await using harness = await connect({ settings: { FILES_DIR: folder } });
    await walk(harness, TOOL, [
      { call, says: [`Saved ${ETC}/hostname`, `as ${to}`] },
      { call, fails: true, says: ["It exists; nothing is written over it"] },
    ]);
    assertEquals(await Deno.readTextFile(to), "restored\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("proxmox_file_restore leaves nothing of a file that broke off or was too large", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const settings = { FILES_DIR: folder, DOWNLOAD_LIMIT: "1K" };
    const call = { action: "download", ...BACKUP, path: `${ETC}/hostname`, to: "restored" };
    await using harness = await connect({
      settings,
      transport: (inner) => ({
        fetch: (url, request) =>
          url.search.includes(encodeURIComponent(btoa(`${ETC}/big`)))
            ? Promise.resolve(new Response(new Uint8Array(1025)))
            : inner.fetch(url, request),
        close: () => inner.close(),
      }),
    });
    const path = "/file-restore/download";
    harness.simulator.faults.add({ kind: "half-body", match: { path }, times: 2 }); // A read is repeated once.
    const broken = await harness.call(TOOL, call);
    assertEquals([outcomeOf(broken.text), [...Deno.readDirSync(folder)]], ["failed", []]);
    const large = await harness.call(TOOL, { ...call, path: `${ETC}/big` });
    assertStringIncludes(large.text, "It is larger than 1.00 KiB");
    assertStringIncludes(large.text, "PROXMOX_DOWNLOAD_LIMIT");
    assertEquals([...Deno.readDirSync(folder)], []);
    await walk(harness, TOOL, [{ call, says: ["Saved"] }]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "proxmox_file_restore names the permission that saving needs",
  permissions: { read: false, write: false },
  fn: async () => {
    await using harness = await connect({ settings: { FILES_DIR: "/restored" } });
    await walk(harness, TOOL, [{
      call: { action: "download", ...BACKUP, path: `${ETC}/hostname`, to: "/restored/hostname" },
      fails: true,
      says: ["without the permission to write there", "--allow-write=/restored"],
    }]);
  },
});
