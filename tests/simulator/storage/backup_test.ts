import { assert, assertEquals } from "../../assert.ts";
import { type Form, TestClient } from "../client.ts";

type Row = Record<string, unknown>;

const VZDUMP = "POST /nodes/pve1/vzdump";

/** Exit status and log of a backup. */
async function backUp(client: TestClient, params: Form): Promise<[string, string[]]> {
  const upid = await client.data<string>(VZDUMP, params);
  return [await client.finish(upid), await client.log(upid)];
}

// PVE::VZDump (new): all of this comes before the first line of the job
Deno.test("a backup onto a wrong storage fails before the job is logged, with all reasons", async () => {
  const client = new TestClient();
  const gone = "storage 'nosuch' does not exist";
  const both = `could not activate storage 'nosuch': ${gone} ` +
    `could not get storage information for 'nosuch': ${gone}`;
  assertEquals(await backUp(client, { vmid: 100, storage: "nosuch" }), [
    both,
    [`TASK ERROR: ${both}`],
  ]);
  const content = "could not get storage information for 'local-lvm': " +
    "can't use storage 'local-lvm' for backups - wrong content type";
  assertEquals(await backUp(client, { vmid: 100, storage: "local-lvm" }), [
    content,
    [`TASK ERROR: ${content}`],
  ]);
  assertEquals(
    (await backUp(client, { vmid: 100, storage: "old-nas" }))[0],
    "could not activate storage 'old-nas': storage 'old-nas' is disabled",
  );
  assertEquals((await client.data("GET /nodes/pve1/qemu/100/config")).lock, undefined);
});

// PVE::VZDump (exec_backup_task): the lock is taken after the first lines
Deno.test("a locked guest fails in its own part of the log, and the others go on", async () => {
  const client = new TestClient();
  const [status, log] = await backUp(client, { vmid: "108,103", storage: "pbs" });
  assertEquals(status, "job errors");
  const lines = log.map((line) => line.replace(/ at \d{4}-.*/, " at …"));
  const at = lines.indexOf("INFO: Starting Backup of VM 108 (qemu)");
  assertEquals(lines.slice(at, at + 5), [
    "INFO: Starting Backup of VM 108 (qemu)",
    "INFO: Backup started at …",
    "INFO: status = running",
    "ERROR: Backup of VM 108 failed - VM is locked (backup)",
    "INFO: Failed at …",
  ]);
  assert(lines.includes("INFO: Finished Backup of VM 103 (00:00:02)"));
  assertEquals(lines.slice(-2), [
    "INFO: Backup job finished with errors",
    "TASK ERROR: job errors",
  ]);
});

// PVE::VZDump (exec_backup_task): the storage's own retention prunes as well
Deno.test("the defaults of backups tell the retention of the storage", async () => {
  const client = new TestClient();
  const retention = async (storage: string): Promise<unknown> =>
    (await client.data("GET /nodes/pve1/vzdump/defaults", { storage }))["prune-backups"];
  assertEquals(await retention("nas"), "keep-daily=7,keep-weekly=4,keep-monthly=6");
  assertEquals(await retention("pbs"), "keep-all=1");
});

Deno.test("a backup prunes older ones by the retention of the call or of the storage", async () => {
  const client = new TestClient();
  await client.data("PUT /storage/nas", { "prune-backups": "keep-last=1" });
  const [, log] = await backUp(client, { vmid: 100, storage: "nas" });
  assert(log.includes("INFO: prune older backups with retention: keep-last=1"));
  assert(log.includes("INFO: pruned 2 backup(s) not covered by keep-retention policy"));
  const rows = await client.data<Row[]>("GET /nodes/pve1/storage/nas/content", { vmid: 100 });
  assertEquals(rows.length, 1);
  const [status, kept] = await backUp(client, { vmid: 100, storage: "nas", remove: 0 });
  assertEquals(status, "job errors");
  assert(kept.some((line) => line.includes("There is a max backup limit of 1 enforced by")));
});

// PVE::VZDump (verify_vzdump_parameters), PVE::API2::Backup, PVE::HA::Config
Deno.test("backups that contradict themselves or HA are refused", async () => {
  const client = new TestClient();
  const cases: [Form, Record<string, string>][] = [
    [{}, { vmid: "property is missing" }],
    [{ vmid: 100, all: 1 }, { all: "option conflicts with option 'vmid'" }],
    [{ vmid: 100, exclude: 101 }, { exclude: "option conflicts with option 'vmid'" }],
    [{ vmid: 100, dumpdir: "/x" }, { dumpdir: "Only root may set this option." }],
  ];
  for (const [params, errors] of cases) {
    assertEquals((await client.ask(VZDUMP, params)).errors, errors);
  }
  const [status, log] = await backUp(client, { vmid: 100, storage: "nas", mode: "stop" });
  assertEquals(status, "job errors");
  assert(
    log.some((line) => line.includes("Cannot execute a backup with stop mode on a HA managed")),
  );
});
