import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps("proxmox_node_log shows the newest lines of the system log", "proxmox_node_log", [
  {
    call: { action: "syslog", node: "pve1", limit: 3 },
    says: ["System log of pve1: newest 3 lines", "Jan 15 09:29:"],
    hides: ["Jan 15 04:"],
  },
  {
    call: { action: "syslog", node: "pve1", start: 0, limit: 3 },
    says: ["lines 1 to 3 of 400", "Jan 15 04:17:"],
  },
  {
    call: { action: "syslog", node: "pve1", since: "2026-01-15 09:00", until: "2026-01-15 09:10" },
    says: ["Jan 15 09:0"],
    hides: ["Jan 15 08:", "Jan 15 09:2"],
  },
  { call: { action: "syslog", node: "pve1", limit: 1000 }, says: ["lines 1 to 400 of 400"] },
  {
    call: { action: "syslog", node: "pve1", since: "last week" },
    fails: true,
    says: ['since: expected how long ago as "2h"'],
  },
]);

testSteps("proxmox_node_log shows the newest lines of the journal", "proxmox_node_log", [
  {
    call: { action: "journal", node: "pve1", limit: 3 },
    says: ["Journal of pve1: newest", "Jan 15 09:29:"],
    hides: ["N/A", "Jan 15 04:", "s="],
  },
  {
    call: { action: "journal", node: "pve1", since: "10min", limit: 5 },
    says: ["Jan 15 09:29:"],
    hides: ["Jan 15 09:1"],
  },
  { call: { action: "journal", node: "pve1", until: "x" }, fails: true, says: ["until: expected"] },
]);

Deno.test("proxmox_node_log takes dates without a zone as the node's own time", async () => {
  await using harness = await connect();
  await harness.call("proxmox_node_config", {
    action: "set_time",
    node: "pve1",
    timezone: "Europe/Vienna",
  });
  const asked = async (args: Record<string, unknown>): Promise<string | null> => {
    await harness.call("proxmox_node_log", { node: "pve1", limit: 3, ...args });
    const last = harness.simulator.requests.findLast((each) =>
      each.path.endsWith(`/${args.action}`)
    );
    return new URLSearchParams(last?.query).get("since");
  };
  const since = "2026-01-15 10:00";
  assertEquals(await asked({ action: "syslog", since }), since);
  assertEquals(await asked({ action: "journal", since }), String(Date.UTC(2026, 0, 15, 9) / 1000));
  assertEquals(
    await asked({ action: "syslog", since: "2026-01-15T09:00:00Z" }),
    "2026-01-15 10:00:00",
  );
  assertEquals(await asked({ action: "syslog", since: "1768467600" }), "2026-01-15 10:00:00");
  // In summer time, though it is winter now.
  const summer = "2025-07-01 12:00";
  assertEquals(
    await asked({ action: "journal", since: summer }),
    String(Date.UTC(2025, 6, 1, 10) / 1000),
  );
  assertEquals(
    await asked({ action: "syslog", since: "2025-07-01T10:00:00Z" }),
    "2025-07-01 12:00:00",
  );
});

Deno.test("proxmox_node_log asks the journal for last lines or from a moment on, not both", async () => {
  await using harness = await connect();
  await harness.call("proxmox_node_log", { action: "journal", node: "pve1", since: "2h" });
  const query = harness.simulator.requests.at(-1)?.query ?? "";
  assert(query.includes("since=") && !query.includes("lastentries"), query);
});
