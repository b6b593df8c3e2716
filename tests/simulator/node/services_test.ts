import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("services stop and start by tasks; those that carry the API do not stop", async () => {
  const client = new TestClient();
  const state = async (service: string): Promise<unknown> =>
    (await client.data(`GET /nodes/pve1/services/${service}/state`)).state;
  assertEquals(await client.task("POST /nodes/pve1/services/cron/stop"), "OK");
  assertEquals(await state("cron"), "dead");
  assertEquals(await client.task("POST /nodes/pve1/services/cron/restart"), "OK");
  assertEquals(await state("cron"), "running");
  assertEquals(
    await client.task("POST /nodes/pve1/services/pveproxy/stop"),
    "invalid service cmd 'pveproxy stop': ERROR",
  );
  assertEquals(await state("pveproxy"), "running");
});

Deno.test("logs are paged, filtered and stay what they were", async () => {
  const client = new TestClient();
  const all = await client.ask("GET /nodes/pve1/syslog", { limit: 0 });
  const rows = all.data as Row[];
  assertEquals(rows.length, all.total);
  const page = await client.data<Row[]>("GET /nodes/pve1/syslog", { start: 10, limit: 5 });
  assertEquals(page, rows.slice(10, 15));
  const corosync = await client.data<Row[]>("GET /nodes/pve1/syslog", { service: "corosync" });
  assert(corosync.length > 0 && corosync.every(({ t }) => String(t).includes("corosync[")));
  const journal = await client.data<string[]>("GET /nodes/pve1/journal", { lastentries: 3 });
  assertEquals(journal.length, 5);
  assertEquals(journal.slice(1, 4), rows.slice(-3).map(({ t }) => String(t)));
});
