/** What backups and jobs take away: guests stopped for them, older ones that are removed. */
import { assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { Company } from "./judged.ts";
import { backupEffects } from "../../../src/pve/effects/backup_effects.ts";

const VZDUMP = "POST /nodes/{node}/vzdump";
const CREATE = "POST /cluster/backup";
const UPDATE = "PUT /cluster/backup/{id}";
const PRUNED = "GET /nodes/{node}/storage/{storage}/prunebackups";
const web01 = { node: "pve1", vmid: "100", storage: "nas" };

Deno.test("a backup in mode stop or suspend takes down the guests that run, by any choice of them", async () => {
  const there = new Company(backupEffects);
  const guests = async (args: Record<string, string | number>): Promise<unknown> =>
    (await there.losses(VZDUMP, { storage: "nas", ...args })).map((loss) => loss.guests);
  const running = [100, 103, 108, 200, 202];
  const pve1 = { node: "pve1", mode: "stop" };
  assertEquals(await guests({ ...pve1, all: 1 }), [running]);
  assertEquals(await guests({ ...pve1, exclude: "100, 103" }), [[108, 200, 202]]);
  assertEquals(await guests({ ...pve1, pool: "production" }), [running]);
  assertEquals(await guests({ ...pve1, mode: "suspend", vmid: "100,102" }), [[100]]);
  assertEquals(await guests({ node: "pve2", mode: "stop", vmid: 106 }), []);
  assertEquals(await guests({ ...pve1, mode: "snapshot", all: 1 }), []);
  assertEquals(await guests({ node: "pve1", all: 1 }), []);
  assertEquals(await guests({ ...pve1, vmid: 999 }), [[999]]);
});

Deno.test("a backup loses older ones by the retention of the request or of the storage", async () => {
  const there = new Company(backupEffects);
  const last2 = { ...web01, "prune-backups": "keep-last=2" };
  assertEquals(await there.losses(VZDUMP, last2), [{
    what: "older backups on nas that keep-last=2 does not keep: 1 of 2 of web01 (100)",
    guests: [100],
  }]);
  for (
    const args of [
      { ...web01, "prune-backups": "keep-last=3" },
      { ...web01, "prune-backups": "keep-all=1" },
      { ...last2, remove: false },
      { ...last2, vmid: "103" },
      // The storage keeps seven days.
      web01,
    ]
  ) assertEquals(await there.lost(VZDUMP, args), [], JSON.stringify(args));
  await there.change("PUT /storage/{storage}", { storage: "nas", "prune-backups": "keep-last=1" });
  assertMatch((await there.lost(VZDUMP, web01)).join(), /keep-last=1 .* 2 of 2 of web01 \(100\)$/);
  const [all] = await there.losses(VZDUMP, { node: "pve1", storage: "nas", all: 1 });
  assertEquals(all?.guests, [100, 202]);
});

Deno.test("a backup of today takes the place of one of today, by the clock of the node", async () => {
  const there = new Company(backupEffects);
  const daily = { ...web01, "prune-backups": "keep-daily=7" };
  const at = 1_768_434_000; // 2026-01-14 23:40 UTC
  const row = { type: "qemu", vmid: 100, mark: "keep" };
  there.answer(PRUNED, [{ ...row, volid: "nas:backup/a", ctime: at - 3600 }]);
  there.answer("GET /nodes/{node}/time", { time: at, localtime: at });
  assertMatch((await there.lost(VZDUMP, daily)).join(), /1 of 1 of web01/);
  // An hour east it is the next day already, but was not an hour ago.
  there.answer("GET /nodes/{node}/time", { time: at, localtime: at + 3600 });
  assertEquals(await there.lost(VZDUMP, daily), []);
  there.answer(PRUNED, [{ ...row, volid: "nas:backup/a", ctime: at - 3600, mark: "protected" }]);
  assertEquals(await there.lost(VZDUMP, { ...daily, "prune-backups": "keep-last=1" }), []);
});

Deno.test("backups that cannot be read are taken for lost, and so is a mode", async () => {
  for (const read of [PRUNED, "GET /nodes/{node}/time"] as const) {
    const there = new Company(backupEffects);
    there.refuse(read);
    const args = { ...web01, "prune-backups": "keep-last=9" };
    const [loss] = await there.losses(VZDUMP, args);
    assertEquals(loss?.guests, [100]);
    assertStringIncludes(loss?.what ?? "", "could not be read");
  }
  const there = new Company(backupEffects);
  there.refuse("GET /nodes/{node}/vzdump/defaults");
  assertEquals((await there.lost(VZDUMP, web01)).length, 2);
  assertEquals(await there.lost(VZDUMP, { ...web01, mode: "snapshot", remove: 0 }), []);
});

Deno.test("stop ends the backups that run, when any does", async () => {
  const there = new Company(backupEffects);
  const stop = { ...web01, stop: 1 };
  assertEquals(await there.lost(VZDUMP, stop), []);
  there.answer("GET /nodes/{node}/tasks", [{ id: "103", status: "RUNNING", type: "vzdump" }]);
  assertEquals(await there.losses(VZDUMP, stop), [
    { what: "backups that run on pve1: 1", guests: [103] },
  ]);
});

Deno.test("a new job says what it stops and removes each time, unless it is off", async () => {
  const there = new Company(backupEffects);
  const job = { schedule: "daily", storage: "nas", vmid: "100,106", mode: "stop" };
  const losses = await there.losses(CREATE, { ...job, "prune-backups": "keep-last=1" });
  assertEquals(losses.map(({ guests }) => guests), [[100, 106], [100, 106]]);
  assertStringIncludes(losses[0]?.what ?? "", "each time: web01 (100), legacy-erp (106)");
  assertEquals(losses[1]?.what.split(": ")[1], "2 of 2 of web01 (100), 1 of 1 of legacy-erp (106)");
  assertEquals(await there.lost(CREATE, { ...job, mode: "snapshot" }), []);
  assertEquals(
    await there.lost(CREATE, { ...job, enabled: 0, "prune-backups": "keep-last=1" }),
    [],
  );
  const later = { ...job, mode: "snapshot", "prune-backups": "keep-last=9" };
  assertMatch((await there.lost(CREATE, later)).join(), /^later, older backups on nas/);
});

Deno.test("a job that changes says what it newly stops, removes and leaves out", async () => {
  const there = new Company(backupEffects);
  const lost = (args: Record<string, string | number>): Promise<string[]> =>
    there.lost(UPDATE, { id: "nightly", ...args });
  for (
    const args of [
      { comment: "x", delete: "comment" },
      { enabled: 1 },
      { vmid: "100,101,102,103,104,105,106,107", mode: "snapshot" },
      { "prune-backups": "keep-last=5,keep-daily=9,keep-weekly=4" },
      { delete: "prune-backups" },
    ]
  ) assertEquals(await lost(args), [], JSON.stringify(args));
  assertMatch(
    (await lost({ enabled: 0 })).join(),
    /^the backups by this job: web01 \(100\), .*107\)$/,
  );
  assertMatch(
    (await lost({ vmid: "100,101" })).join(),
    /^the backups by this job: 6 of 8 guests: db01 \(102\), /,
  );
  assertMatch((await lost({ mode: "stop" })).join(), /which are stopped .*, each time: web01/);
  assertMatch((await lost({ "prune-backups": "keep-last=1" })).join(), /^(later, )?older backups/);
  const [loss] = await there.losses(UPDATE, { id: "nightly", enabled: 0 });
  assertEquals(loss?.guests, []);
});

Deno.test("a job that cannot be read loses what it may", async () => {
  const there = new Company(backupEffects);
  there.refuse("GET /cluster/backup/{id}");
  there.refuse("GET /cluster/backup");
  const id = "nightly";
  assertEquals(await there.lost(UPDATE, { id, comment: "x" }), []);
  assertEquals((await there.lost(UPDATE, { id, enabled: 0 })).length, 1);
  assertEquals((await there.losses(UPDATE, { id, mode: "stop" }))[0]?.guests.length, 14);
  assertEquals(await there.lost("DELETE /cluster/backup/{id}", { id }), [
    "the job nightly, which could not be read",
  ]);
});

Deno.test("a deleted job is named with the guests that it backs up", async () => {
  const there = new Company(backupEffects);
  assertMatch(
    (await there.lost("DELETE /cluster/backup/{id}", { id: "nightly" })).join(),
    /^the backups by this job: web01 \(100\), /,
  );
  assertEquals(await there.lost("DELETE /cluster/backup/{id}", { id: "backup-weekly" }), [
    "the job backup-weekly, which backs up nothing",
  ]);
});
