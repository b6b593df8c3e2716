import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("backups are made, read, restored and removed", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/vzdump", {
    vmid: 100,
    storage: "nas",
    compress: "zstd",
    "notes-template": "{{guestname}} on {{node}}",
  });
  assertEquals((await client.data("GET /nodes/pve1/qemu/100/config")).lock, "backup");
  assertEquals(await client.finish(upid), "OK");
  const log = await client.log(upid);
  assert(log.includes("INFO: Starting Backup of VM 100 (qemu)"));
  assert(log.some((line) => /^INFO: {2}50% \(/.test(line)));
  assertEquals(log.at(-2), "INFO: Backup job finished successfully");
  const rows = await client.data<Row[]>("GET /nodes/pve2/storage/nas/content", {
    content: "backup",
    vmid: 100,
  });
  const newest = rows.sort((a, b) => Number(b.ctime) - Number(a.ctime))[0];
  assertEquals([newest?.notes, newest?.format], ["web01 on pve1", "vma.zst"]);
  assertMatch(
    String(newest?.volid),
    /^nas:backup\/vzdump-qemu-100-2026_01_15-\d\d_\d\d_\d\d\.vma\.zst$/,
  );
  const volume = String(newest?.volid);
  const config = await client.data<string>("GET /nodes/pve1/vzdump/extractconfig", { volume });
  assertStringIncludes(config, "name: web01\n");
  const taken = await client.ask("POST /nodes/pve1/qemu", { vmid: 100, archive: volume });
  assertEquals(
    taken.reason,
    "unable to restore VM 100 - VM 100 already exists on node 'pve1'",
  );
  assertEquals(
    await client.task("POST /nodes/pve1/qemu", {
      vmid: 140,
      archive: volume,
      storage: "local-lvm",
      unique: 1,
    }),
    "OK",
  );
  const restored = await client.data("GET /nodes/pve1/qemu/140/config");
  assertEquals([restored.name, restored.scsi0], [
    "web01",
    "local-lvm:vm-140-disk-0,iothread=1,size=40G",
  ]);
  await client.data(`PUT /nodes/pve1/storage/nas/content/${encodeURIComponent(volume)}`, {
    protected: 1,
  });
  const path = `/nodes/pve1/storage/nas/content/${encodeURIComponent(volume)}`;
  assertEquals(
    await client.task(`DELETE ${path}`),
    `cannot remove protected volume '${volume.replace("nas:", "")}' on 'nas'`,
  );
  await client.data(`PUT ${path}`, { protected: 0 });
  assertEquals(await client.task(`DELETE ${path}`), "OK");
});

Deno.test("a backup of guests that are elsewhere is OK and no task", async () => {
  const client = new TestClient();
  assertEquals(await client.data<string>("POST /nodes/pve1/vzdump", { vmid: 101 }), "OK");
  assertEquals(
    await client.task("POST /nodes/pve1/vzdump", { vmid: 999 }),
    "job errors",
    "there is none on any node",
  );
});

Deno.test("a backup of a locked guest, or to a wrong storage, fails as a task", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/vzdump", { vmid: 108, storage: "nas" });
  assertEquals(await client.finish(upid), "job errors");
  const log = await client.log(upid);
  assert(log.includes("ERROR: Backup of VM 108 failed - VM is locked (backup)"));
  assertEquals(
    await client.task("POST /nodes/pve1/vzdump", { vmid: 100, storage: "local-lvm" }),
    "could not get storage information for 'local-lvm': can't use storage 'local-lvm' for " +
      "backups - wrong content type",
  );
  assertEquals((await client.data("GET /nodes/pve1/qemu/100/config")).lock, undefined);
});

Deno.test("a retention keeps what it says", async () => {
  const client = new TestClient();
  const marks = await client.data<Row[]>("GET /nodes/pve1/storage/nas/prunebackups", {
    "prune-backups": "keep-last=1",
    vmid: 100,
  });
  assertEquals(marks.map((row) => row.mark), ["keep", "remove"]);
  assertEquals(
    await client.task("DELETE /nodes/pve1/storage/nas/prunebackups", {
      "prune-backups": "keep-last=1",
      vmid: 100,
    }),
    "OK",
  );
  const left = await client.data<Row[]>("GET /nodes/pve1/storage/nas/content", { vmid: 100 });
  assertEquals(left.length, 1);
  const none = await client.ask("GET /nodes/pve1/storage/pbs/prunebackups");
  assertEquals(none.message, "no prune-backups options configured for storage 'pbs'\n");
});

Deno.test("single files come out of backups on a backup server", async () => {
  const client = new TestClient();
  const [backup] = await client.data<Row[]>("GET /nodes/pve2/storage/pbs/content");
  const base = { volume: String(backup?.volid) };
  const list = (filepath: string): Promise<Row[]> =>
    client.data<Row[]>("GET /nodes/pve2/storage/pbs/file-restore/list", { ...base, filepath });
  let filepath = "/";
  for (const name of ["drive-scsi0.img.fidx", "part", "1", "etc", "hostname"]) {
    const row = (await list(filepath)).find((each) => each.text === name);
    filepath = String(row?.filepath);
  }
  const file = await client.ask("GET /nodes/pve2/storage/pbs/file-restore/download", {
    ...base,
    filepath,
  });
  assertEquals(file.text, "restored\n");
  const wrong = await client.ask("GET /nodes/pve1/storage/nas/file-restore/list", {
    ...base,
    filepath: "/",
  });
  assertEquals(wrong.errors, { storage: "Only PBS storages supported for file-restore." });
});

Deno.test("storages are defined, changed and removed", async () => {
  const client = new TestClient();
  const made = await client.data("POST /storage", {
    storage: "extra",
    type: "dir",
    path: "/srv/x",
  });
  assertEquals(made, { storage: "extra", type: "dir" });
  const again = await client.ask("POST /storage", { storage: "extra", type: "dir", path: "/y" });
  assertEquals(again.reason, "create storage failed: storage ID 'extra' already defined");
  const missing = await client.ask("POST /storage", { storage: "nfs2", type: "nfs", server: "a" });
  assertEquals(
    missing.reason,
    "missing value for required option 'export'",
  );
  await client.data("PUT /storage/extra", { content: "iso", disable: 1 });
  const entry = await client.data("GET /storage/extra");
  assertEquals([entry.content, entry.disable, entry.path], ["iso", 1, "/srv/x"]);
  const disabled = await client.ask("GET /nodes/pve1/storage/extra/content");
  assertEquals(disabled.message, "storage 'extra' is disabled\n");
  assertEquals(await client.data("DELETE /storage/extra"), null);
  assertEquals((await client.ask("GET /storage/extra")).reason, "storage 'extra' does not exist");
});

Deno.test("files are uploaded and downloaded as tasks", async () => {
  const client = new TestClient();
  const boundary = "----boundary";
  const part = (head: string, body: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const answer = await client.ask("POST /nodes/pve1/storage/local/upload", {}, {
    type: `multipart/form-data; boundary=${boundary}`,
    body: part('name="content"', "iso") +
      part('name="filename"; filename="tiny disk.iso"', "x".repeat(2_048)) + `--${boundary}--\r\n`,
  });
  assertEquals(await client.finish(String(answer.data)), "OK");
  const volume = client.simulator.cluster.storages.find("local:iso/tiny_disk.iso", "pve1");
  assertEquals(volume?.size, 2_048);
  const base = { content: "iso", filename: "net.iso" };
  assertEquals(
    await client.task("POST /nodes/pve1/storage/local/download-url", {
      ...base,
      url: "https://example.com/net.iso",
    }),
    "OK",
  );
  assertEquals(
    await client.task("POST /nodes/pve1/storage/local/download-url", {
      ...base,
      url: "https://nowhere.invalid/net.iso",
    }),
    "download failed: command '/usr/bin/wget' failed: exit code 8",
  );
  const lvm = await client.ask("POST /nodes/pve1/storage/local-lvm/download-url", {
    ...base,
    url: "https://example.com/net.iso",
  });
  assertEquals(
    lvm.message,
    "can't download to storage type 'lvmthin', not a file based storage!\n",
  );
});

Deno.test("a storage without a size has no share that is used", async () => {
  const client = new TestClient();
  client.simulator.cluster.storages.capacity.set("nas", { total: 0, other: 0 });
  const [row] = await client.data<Row[]>("GET /nodes/pve1/storage", { storage: "nas" });
  assertEquals([row?.total, row && "used_fraction" in row], [0, false]);
});

Deno.test("a file that is downloaded again takes its room once", async () => {
  const client = new TestClient();
  const used = async (): Promise<unknown> =>
    (await client.data("GET /nodes/pve1/storage/nas/status")).used;
  const download = { storage: "nas", template: "archlinux-base_20250814-1_amd64.tar.zst" };
  assertEquals(await client.task("POST /nodes/pve1/aplinfo", download), "OK");
  const once = await used();
  assertEquals(await client.task("POST /nodes/pve1/aplinfo", download), "OK");
  assertEquals(await used(), once);
});
