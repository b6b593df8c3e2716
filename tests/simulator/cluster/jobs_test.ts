import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a backup job runs next when its schedule says", async () => {
  const client = new TestClient();
  await client.data("POST /cluster/backup", {
    id: "early",
    schedule: "sat 02:30",
    all: 1,
    storage: "nas",
    "prune-backups": "keep-last=3,keep-daily=7",
  });
  const jobs = await client.data<Row[]>("GET /cluster/backup");
  const early = jobs.find(({ id }) => id === "early");
  assertEquals(early?.["next-run"], Date.UTC(2026, 0, 17, 2, 30) / 1000);
  assertEquals(early?.["prune-backups"], { "keep-last": 3, "keep-daily": 7 });
  const weekly = jobs.find(({ id }) => id === "backup-weekly");
  assertEquals(weekly?.["next-run"], Date.UTC(2026, 0, 18, 1) / 1000, "though it is off");
});

Deno.test("a backup job has its old start time turned into a schedule, and an id made up", async () => {
  const client = new TestClient();
  await client.data("POST /cluster/backup", {
    starttime: "04:15",
    dow: "mon,thu",
    vmid: "100",
    storage: "nas",
  });
  const job = (await client.data<Row[]>("GET /cluster/backup")).at(-1);
  assertEquals(job?.schedule, "mon,thu 04:15");
  assert(/^backup-[0-9a-f]{12}$/.test(String(job?.id)), String(job?.id));
});

Deno.test("a backup job that contradicts itself or cannot work is refused", async () => {
  const client = new TestClient();
  const refused = async (form: Record<string, string | number>): Promise<unknown> => {
    const answer = await client.ask("POST /cluster/backup", { schedule: "daily", ...form });
    return answer.errors ?? answer.message;
  };
  assertEquals(
    await refused({ storage: "nas" }),
    "400 Parameter verification failed.\nvmid: property is missing\n",
  );
  assertEquals(
    await refused({ all: 1, vmid: "100" }),
    "400 Parameter verification failed.\nall: option conflicts with option 'vmid'\n",
  );
  assertEquals(await refused({ vmid: "100", storage: "none" }), undefined, "found out at night");
});

Deno.test("the volumes of a backup job and the guests without one are listed", async () => {
  const client = new TestClient();
  const { children } = await client.data<{ children: (Row & { children: Row[] })[] }>(
    "GET /cluster/backup/nightly/included_volumes",
  );
  const first = children.find(({ id }) => id === 100);
  assertEquals([first?.type, first?.name, first?.children[0]?.included], ["qemu", "web01", 1]);
  const path = "GET /cluster/backup-info/not-backed-up";
  const before = await client.data<Row[]>(path);
  assertEquals(before.length, 0, "the weekly job has all, even while it is off");
  await client.data("DELETE /cluster/backup/backup-weekly");
  const after = await client.data<Row[]>(path);
  assert(after.some(({ vmid }) => vmid === 200));
  assert(!after.some(({ vmid }) => vmid === 100));
});

Deno.test("replication needs a second node and volumes that can be replicated", async () => {
  const client = new TestClient();
  const refused = async (form: Record<string, string>): Promise<string | undefined> =>
    (await client.ask("POST /cluster/replication", { type: "local", ...form })).message?.trim();
  assertEquals(await refused({ id: "999-0", target: "pve2" }), "Guest '999' does not exist.");
  assertEquals(await refused({ id: "103-5", target: "pve9" }), "Target 'pve9' does not exist.");
  assertEquals(
    await refused({ id: "103-5", target: "pve1" }),
    "Source and target must not be identical",
  );
  assertEquals(
    await refused({ id: "103-5", target: "pve2", source: "pve3" }),
    "Source 'pve3' does not match current node of guest '103' (pve1)",
  );
  assert((await refused({ id: "100-0", target: "pve2" }))?.startsWith("missing replicate feature"));
  assertEquals(
    await refused({ id: "103-5", target: "pve2" }),
    "replication job for guest '103' to target 'local/pve2' already exists",
  );
});

Deno.test("a replication job has a state on the node of its guest, and goes in the background", async () => {
  const client = new TestClient();
  const path = "/nodes/pve1/replication/103-0";
  const state = await client.data(`GET ${path}/status`);
  assertEquals([state.guest, state.target, state.fail_count], [103, "pve2", 0]);
  await client.data(`POST ${path}/schedule_now`);
  const now = client.clock.now() / 1000;
  assertEquals((await client.data(`GET ${path}/status`)).last_sync, now);
  const log = await client.ask(`GET ${path}/log`);
  assertEquals(log.total, 4);
  assertEquals((await client.ask("GET /nodes/pve2/replication/103-0/status")).status, 500);
  await client.data("DELETE /cluster/replication/103-0");
  assertEquals((await client.data("GET /cluster/replication/103-0")).remove_job, "full");
  client.clock.advance(61_000);
  const rows = await client.data<Row[]>("GET /cluster/replication");
  assertEquals(rows, []);
});

Deno.test("a schedule is analysed, or refused", async () => {
  const client = new TestClient();
  const rows = await client.data<Row[]>("GET /cluster/jobs/schedule-analyze", {
    schedule: "*/30",
    iterations: 2,
  });
  assertEquals(rows.map(({ utc }) => utc), [
    "Thu Jan 15 10:00:00 2026",
    "Thu Jan 15 10:30:00 2026",
  ]);
});
