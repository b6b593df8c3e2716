/** What the report says of backups is what their runs do. */
import { TIB } from "../../../src/base/byte_units.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import type { Row } from "../../../src/tool/answer.ts";
import { assertFailed } from "../../outcome.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

/** Runs a backup, whatever becomes of it. */
async function run(harness: Harness, vmid: number, storage: string): Promise<void> {
  const { text } = await harness.call("proxmox_backup", { action: "create", vmid, storage });
  assert(text !== "");
  harness.clock.advance(60_000);
}

Deno.test("a guest leaves the list when it was backed up, and comes back when that is old", async () => {
  await using harness = await connect();
  const asked = { action: "backups", days: 2 };
  lineWith(await report(harness, asked), "101 | web02 | never", "no backup");
  await run(harness, 101, "pbs");
  assertNoLine(await report(harness, asked), "101 | web02");
  harness.clock.advance(3 * 86_400_000);
  lineWith(await report(harness, asked), "101 | web02 | 3 d", "pbs", "too old");
  assertNoLine(await report(harness, { action: "backups", days: 4 }), "101 | web02");
});

Deno.test("a run that fails stands with the guest's own line, until one goes well", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  const before = cluster.storages.capacity.get("nas");
  assert(before);
  cluster.storages.capacity.set("nas", { ...before, other: before.total });
  await run(harness, 100, "nas");
  const failed = await report(harness, { action: "backups" });
  lineWith(failed, "100 | web01", "failed:", "No space left on device");
  lineWith(failed, "failed runs", "on pve1, of 100");
  cluster.storages.capacity.set("nas", before);
  await run(harness, 100, "nas");
  assertNoLine(await report(harness, { action: "backups" }), "100 | web01", "failed:");
});

Deno.test("a disk that no backup has is named, and one that it has is not", async () => {
  await using harness = await connect();
  assertNoLine(await report(harness, { action: "backups" }), "not in its backups");
  const { guests } = harness.simulator.cluster;
  const config = guests.get(102)?.config ?? {};
  config.scsi1 = `${config.scsi1},backup=0`;
  lineWith(await report(harness, { action: "backups" }), "102 | db01", "not in its backups: scsi1");
});

Deno.test("a job covers a guest when it has it and is on", async () => {
  await using harness = await connect();
  const off = await report(harness, { action: "backups" });
  lineWith(off, "200 | dns01", "only in backup-weekly, which is off");
  lineWith(off, "7 in no active job");
  const { pve } = harness.services;
  const update = async (args: Readonly<Record<string, string | boolean>>): Promise<void> => {
    await pve.request("PUT /cluster/backup/{id}", args);
  };
  await update({ id: "backup-weekly", enabled: true });
  lineWith(await report(harness, { action: "backups" }), "0 in no active job");
  await update({ id: "backup-weekly", exclude: "200" });
  lineWith(await report(harness, { action: "backups" }), "200 | dns01", "in no job");
});

Deno.test("retention against what is there: a run removes as many as were foretold", async () => {
  await using harness = await connect();
  const { storages } = harness.simulator.cluster;
  const retain = (retention: string): void => {
    storages.definitions.set("nas", {
      ...storages.definitions.get("nas"),
      "prune-backups": retention,
    });
  };
  retain("keep-all=1");
  for (let times = 0; times < 4; times++) await run(harness, 101, "nas");
  assertNoLine(await report(harness, { action: "backups" }), "101 | web02");
  retain("keep-last=1");
  const line = lineWith(await report(harness, { action: "backups" }), "101 | web02");
  const foretold = Number(/(\d+) more than the retention/.exec(line)?.[1]);
  const prune = { action: "prune", storage: "nas", vmid: 101 };
  await harness.call("proxmox_storage_content", prune);
  harness.clock.advance(60_000);
  harness.simulator.cluster.tasks.settle();
  const left = [...storages.volumes("nas", "pve2").values()]
    .filter(({ vmid, backup }) => backup && vmid === 101).length;
  assertEquals([foretold, left], [3, 1]);
});

Deno.test("a storage that cannot be asked is said, not taken for empty", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "status",
    status: 500,
    match: { path: "/storage/pbs/content" },
  });
  lineWith(await report(harness, { action: "backups" }), "Not read: volumes on pbs");
});

Deno.test("a storage that nobody has is refused, not reported on", async () => {
  await using harness = await connect();
  const answer = await harness.call("proxmox_report", { action: "backups", storage: "nosuch" });
  assertFailed(answer, /There is no storage "nosuch"/);
});

/** Runs a job as the scheduler does: on every node, with the job's own selection. */
async function runJob({ services, simulator, clock }: Harness, job: Row): Promise<void> {
  const { all, vmid, pool, exclude, storage, mode } = job;
  for (const node of simulator.cluster.nodeNames()) {
    const chosen = { all, vmid, pool, exclude, storage, mode } as Record<string, string>;
    await services.pve.request("POST /nodes/{node}/vzdump", { node, ...chosen });
  }
  clock.advance(600_000);
  simulator.cluster.tasks.settle();
}

Deno.test("what the report says that jobs cover is what their runs back up, and whose fail", async () => {
  await using harness = await connect();
  const { services: { pve }, simulator: { cluster } } = harness;
  const left = cluster.guests.get(102)?.config ?? {};
  left.scsi1 = `${left.scsi1},backup=0`;
  Object.assign(cluster.guests.get(107)?.config ?? {}, { lock: "backup" });
  cluster.storages.capacity.set("local", { total: 64 * TIB, other: 0 });
  const rowsNow = async (): Promise<Map<number, Row>> => {
    const answer = await report(harness, { action: "backups", days: 1, limit: 100 });
    return new Map(rowsOf(answer).map((row) => [Number(row.vmid), row]));
  };
  harness.clock.advance(3 * 86_400_000);
  const foretold = await rowsNow();
  const jobs = (await pve.request("GET /cluster/backup", {})).data as readonly Row[];
  const active = jobs.filter(({ enabled }) => Number(enabled ?? 1) === 1);
  assert(active.length > 0 && active.length < jobs.length);
  for (const job of active) await runJob(harness, job);
  const after = await rowsNow();
  const failed: number[] = [];
  for (const [vmid, { job, newest }] of foretold) {
    const isFresh = !/too old|no backup/.test(String(after.get(vmid)?.problem ?? ""));
    const fails = /failed: /.test(String(after.get(vmid)?.problem ?? ""));
    if (fails) failed.push(vmid);
    assertEquals(isFresh, job !== "" && !fails, `${vmid} ${job} ${newest}`);
  }
  assertEquals(failed, [107], "it is locked");
  const backup = [...cluster.storages.volumes("local", "pve2").values()]
    .find(({ vmid, backup }) => backup && vmid === 102);
  assertEquals(Object.keys(backup?.backup?.sizes ?? {}), ["scsi0"]);
  assertMatch(String(foretold.get(102)?.problem), /not in its backups: scsi1/);
});
