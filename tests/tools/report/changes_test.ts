/** Who changed what since when: what was just done stands in it, with who did it. */
import { assert, assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { assertFailed } from "../../outcome.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

Deno.test("what was done, and what failed, is there with who, what and why", async () => {
  await using harness = await connect();
  const started = await harness.call("proxmox_guest_start", { vmid: 204 });
  assert(!started.isError, started.text);
  harness.simulator.faults.add({ kind: "task-fails", message: "disk is gone", type: "qmstart" });
  const failed = await harness.call("proxmox_guest_start", { vmid: 106 });
  assert(failed.isError, failed.text);
  const answer = await report(harness, { action: "changes", since: "1h" });
  lineWith(answer, "2 tasks", "1 failed");
  const rows = rowsOf(answer);
  assertEquals(rows.map(({ task }) => task), ["qmstart", "vzstart"]);
  lineWith(answer, "root@pam!demo | qmstart", "106 on pve2", "disk is gone");
  lineWith(answer, "root@pam!demo | vzstart", "204 on pve2");
});

Deno.test("what was done before is not in it, nor what only looks", async () => {
  await using harness = await connect();
  assertNoLine(await report(harness, { action: "changes", since: "24h" }), "vncproxy");
  const none = await report(harness, { action: "changes", since: "5min" });
  lineWith(none, "Nobody changed anything since");
  const dated = await report(harness, { action: "changes", since: "2026-01-15 00:00" });
  lineWith(dated, "1 task of 1 user or token since 2026-01-15 00:00:00Z");
});

Deno.test("a moment that has not come yet is refused, not taken for one since which nothing was done", async () => {
  await using harness = await connect();
  const answer = await harness.call("proxmox_report", { action: "changes", since: "2030-01-01" });
  assertFailed(answer, /2030-01-01 00:00:00Z has not come yet/, /in the past/);
});
