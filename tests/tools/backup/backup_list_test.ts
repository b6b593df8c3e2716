import { assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";

const TOOL = "proxmox_backup";

Deno.test("a list of backups says where it looked and when, a shared storage once", async () => {
  await using harness = await connect();
  const before = harness.simulator.requests.length;
  const answer = await harness.call(TOOL, { action: "list" });
  const asked = harness.simulator.requests.slice(before).filter(({ path }) =>
    path.endsWith("/content")
  );
  assertEquals(asked.length, 5);
  const [looked] = answer.structured.notes as string[];
  assertEquals(looked, "Looked into local on pve1, pve2, pve3; nas; pbs, now 2026-01-15 09:30:00Z");
});

Deno.test("a list of backups says what it skipped: disabled storages, nodes that are offline", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const answer = await harness.call(TOOL, { action: "list" });
  assertEquals(answer.structured.notes, [
    "Looked into local on pve1, pve2; nas; pbs, now 2026-01-15 09:30:00Z",
    "Skipped: local on pve3 (not available); old-nas (disabled). What they hold is not listed",
  ]);
});

Deno.test("newest lists every guest with the age of its last backup, those without any first", async () => {
  await using harness = await connect();
  const answer = await harness.call(TOOL, { action: "list", newest: true });
  assertDone(answer, /^Newest backup of each guest: 15, 11 without any$/);
  const ofWeb = await harness.call(TOOL, { action: "list", newest: true, vmid: "web01" });
  assertDone(ofWeb, /^Newest backup of each guest: 1$/);
  const rows = rowsOf(answer);
  assertEquals(rows.slice(0, 11).every(({ ctime, age }) => ctime === null && age === null), true);
  assertEquals(rows.slice(11).map(({ vmid, name, age }) => [vmid, name, age]), [
    [106, "legacy-erp", 120 * 86_400],
    [100, "web01", 86_400],
    [102, "db01", 86_400],
    [202, "mail01", 86_400],
  ]);
  const old = await harness.call(TOOL, { action: "list", newest: true, filter: "age>30d or age=" });
  assertEquals(rowsOf(old).length, 12);
  const one = await harness.call(TOOL, { action: "list", newest: true, vmid: "dns01" });
  assertEquals(rowsOf(one).map(({ vmid }) => vmid), [200]);
});
