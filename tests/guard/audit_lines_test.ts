/** What calls write into the audit log. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect } from "../harness.ts";
import { guestNamed, guestState, refusedAnswer } from "./refused.ts";

Deno.test("the audit log has a line before and after each elevated call, secrets masked", async () => {
  const path = await Deno.makeTempFile();
  try {
    await using harness = await connect({ settings: { AUDIT_LOG: path, PROTECT: "db01" } });
    await harness.call("proxmox_guest_list");
    await harness.call("proxmox_guest_stop", { vmid: "web01" });
    await harness.call("proxmox_guest_snapshot", {
      action: "create",
      vmid: "web01",
      snapname: "audit",
      description: "password=hunter2",
    });
    await harness.call("proxmox_guest_start", { vmid: "nosuch" });
    const lines = (await Deno.readTextFile(path)).trim().split("\n").map((line) =>
      JSON.parse(line) as Readonly<Record<string, unknown>>
    );
    assertEquals(lines.map((line) => `${line.phase} ${line.tool} ${line.result ?? ""}`), [
      "before proxmox_guest_stop ",
      "after proxmox_guest_stop ok",
      "before proxmox_guest_snapshot ",
      "after proxmox_guest_snapshot ok",
    ]);
    assertMatch(String(lines[1]?.upid), /^UPID:/);
    assertMatch(String(lines[0]?.time), /^\d{4}-\d\d-\d\dT/);
    assertStringIncludes(String(lines[0]?.target), "web01");
    assert(!JSON.stringify(lines).includes("hunter2"));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the audit log can be read by its owner alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/audit.jsonl`;
    await using harness = await connect({ settings: { AUDIT_LOG: path } });
    await harness.call("proxmox_guest_start", { vmid: 107 });
    const { mode, size } = await Deno.stat(path);
    assertEquals([(mode ?? 0) & 0o777, size > 0], [0o600, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the audit log tells how each call ended, and which task goes on", async () => {
  const path = await Deno.makeTempFile();
  try {
    await using harness = await connect({ settings: { AUDIT_LOG: path } });
    await harness.call("proxmox_guest_stop", { vmid: "web02", wait: 0 });
    await harness.call("proxmox_guest_delete", { vmid: "legacy-erp" });
    await harness.call("proxmox_guest_start", { vmid: "ci-runner01" });
    const match = { path: "/tasks/UPID" };
    harness.simulator.faults.add({ kind: "status", status: 595, match });
    await harness.call("proxmox_guest_start", { vmid: "proxy01" });
    type Line = Readonly<Record<string, string>>;
    const lines = (await Deno.readTextFile(path)).trim().split("\n").map((line) =>
      JSON.parse(line) as Line
    );
    const ends = lines.filter(({ phase }) => phase === "after");
    assertEquals(ends.map(({ result }) => result), ["running", "refused", "failed", "unknown"]);
    assertMatch(ends[0]?.upid ?? "", /^UPID:pve2:[^ ]+:hastop:101:/);
    assertMatch(ends[1]?.reason ?? "", /is protected: Nothing may be destroyed on it/);
    assertMatch(ends[2]?.reason ?? "", /VM 105 already running/);
    assertMatch(ends[2]?.upid ?? "", /^UPID:pve3:[^ ]+:qmstart:105:/);
    assertMatch(ends[3]?.upid ?? "", /^UPID:pve2:[^ ]+:vzstart:204:/);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("when the audit log cannot be written, nothing is done", async () => {
  await using harness = await connect({ settings: { AUDIT_LOG: "/nonexistent/audit.log" } });
  const answer = await harness.call("proxmox_guest_stop", { vmid: "web01" });
  refusedAnswer(answer, "the audit log cannot be written");
  assertEquals(guestState(harness, await guestNamed(harness, "web01")), "running");
});
