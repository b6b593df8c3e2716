/** Which nodes need updates, and which a reboot: as it is before and after. */
import { assert } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { assertFailed } from "../../outcome.ts";
import { grant } from "../../../src/simulator/access/acl.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

Deno.test("a newer kernel waits for a reboot until the node was rebooted", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  cluster.table("apt.kernels").set("pve2", { version: "6.17.10-1", at: cluster.now() - 3600 });
  const before = await report(harness, { action: "updates" });
  lineWith(before, "a reboot into a newer kernel on pve2");
  lineWith(before, "pve2 |", "6.17.2-1-pve", "6.17.10-1-pve");
  lineWith(before, "pve1 |", "the same");
  const rebooted = await harness.call("proxmox_node_power", { action: "reboot", node: "pve2" });
  assert(!rebooted.isError, rebooted.text);
  harness.clock.advance(600_000);
  const after = await report(harness, { action: "updates" });
  lineWith(after, "no node waits for a reboot");
  lineWith(after, "pve2 |", "6.17.10-1-pve | the same");
});

Deno.test("a node whose packages are all new is not said to need updates", async () => {
  await using harness = await connect();
  harness.simulator.cluster.table("apt.refreshed").delete("pve1");
  const answer = await report(harness, { action: "updates" });
  lineWith(answer, "Updates wait on pve2, pve3");
  lineWith(answer, "pve1 | 0 |");
  for (const node of ["pve2", "pve3"]) {
    harness.simulator.cluster.table("apt.refreshed").delete(node);
  }
  const none = await report(harness, { action: "updates" });
  lineWith(none, "No node needs updates or a reboot");
  assertNoLine(none, "pve-manager");
});

Deno.test("what a token may not read is not said to be so", async () => {
  await using harness = await connect({ token: "limited" });
  const updates = await harness.call("proxmox_report", { action: "updates" });
  assertFailed(updates, /^Whether updates wait could not be read on pve1, pve2, pve3$/);
  lineWith(updates, "Reason: Not read: updates of pve1: Permission check failed");
  for (const action of ["backups", "changes", "access", "capacity", "health"]) {
    lineWith(await report(harness, { action }), "As far as could be seen: ");
  }
});

Deno.test("what may be read of one node alone is told of that one, and of no other", async () => {
  await using harness = await connect({ token: "limited" });
  grant(harness.simulator.cluster, "/nodes/pve1", "users", "viewer@pve", "PVESysAdmin");
  const answer = await report(harness, { action: "updates" });
  const unread = "Whether updates wait could not be read on pve1, pve2, pve3";
  lineWith(answer, `As far as could be seen: ${unread}`);
  lineWith(answer, "updates: unknown");
  lineWith(answer, "pve1 | unknown | ", "the same");
  lineWith(answer, "pve2 | unknown | unknown | unknown");
  lineWith(answer, "Not read: updates of pve1");
  assertNoLine(answer, "0 packages");
});
