import { assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

Deno.test("a task is known by its own node alone", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  const other = await client.ask(`GET /nodes/pve1/tasks/${encodeURIComponent(upid)}/status`);
  assertEquals([other.status, other.errors], [400, { upid: "no such task" }]);
  const malformed = await client.ask("GET /nodes/pve1/tasks/UPID:nope/log");
  assertEquals(malformed.errors, { upid: "unable to parse worker upid" });
});

Deno.test("task lists are filtered and paged", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  const active = await client.data<Record<string, unknown>[]>("GET /nodes/pve3/tasks", {
    source: "active",
  });
  assertEquals(active.map((row) => [row.upid, row.status]), [[upid, "RUNNING"]]);
  await client.finish(upid);
  const failed = await client.data<Record<string, unknown>[]>("GET /nodes/pve3/tasks", {
    errors: 1,
  });
  assertEquals(failed.map((row) => row.status), ["start failed: QEMU exited with code 1"]);
  const page = await client.ask("GET /nodes/pve3/tasks", { limit: 1, start: 1 });
  assertEquals((page.data as unknown[]).length, 1);
  assertEquals(page.total, 4);
  const byType = await client.data<Record<string, unknown>[]>("GET /nodes/pve3/tasks", {
    typefilter: "qmstart",
    vmid: 107,
  });
  assertEquals(byType.map((row) => row.upid)[0], upid);
});

Deno.test("a running task is stopped and says so", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "task-endless", type: "qmstart" });
  const upid = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  client.clock.advance(3_600_000);
  const path = `/nodes/pve3/tasks/${encodeURIComponent(upid)}`;
  assertEquals((await client.data(`GET ${path}/status`)).status, "running");
  assertEquals(await client.data(`DELETE ${path}`), null);
  assertEquals((await client.data(`GET ${path}/status`)).exitstatus, "interrupted by signal");
  assertEquals((await client.data("GET /nodes/pve3/qemu/107/status/current")).status, "stopped");
});

Deno.test("tasks fail and warn on demand, and without a log have no content", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "task-fails", message: "out of luck", times: 1 });
  client.simulator.faults.add({ kind: "task-warnings", count: 2, times: 1 });
  const failing = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  assertEquals(await client.log(failing), ["no content"]);
  assertEquals(await client.finish(failing), "out of luck");
  assertEquals(await client.log(failing), ["TASK ERROR: out of luck"]);
  const warning = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  assertEquals(await client.finish(warning), "WARNINGS: 2");
  assertEquals(await client.log(warning), ["TASK WARNINGS: 2"]);
});
