/** For some minutes Proxmox VE lists what was on a node that is down as it was before. */
import { assertEquals, assertMatch } from "../assert.ts";
import { connect, rowsOf } from "../harness.ts";
import { assertDone } from "../outcome.ts";

type Row = Readonly<Record<string, unknown>>;

Deno.test("nothing is said to run on a node that is down, though the list has it so", async () => {
  await using harness = await connect({
    transport: (inner) => ({
      fetch: async (url, request) => {
        const response = await inner.fetch(url, request);
        if (!url.pathname.endsWith("/cluster/resources")) return response;
        const { data } = await response.json() as { readonly data: readonly Row[] };
        const rows = data.map((row) =>
          row.node === "pve2" && row.type === "node" ? { ...row, status: "offline" } : row
        );
        return Response.json({ data: rows });
      },
      close: () => inner.close(),
    }),
  });
  const there = await harness.call("proxmox_guest_list", { filter: "node=pve2" });
  const states = rowsOf(there).map(({ name, status, cpu }) => [name, status, cpu ?? null]);
  assertEquals(states, [
    ["web02", "unknown", null],
    ["db01", "unknown", null],
    ["legacy-erp", "stopped", 0],
    ["monitoring", "unknown", null],
    ["proxy01", "stopped", 0],
  ]);
  const running = await harness.call("proxmox_guest_list", { filter: "status=running" });
  assertEquals(rowsOf(running).filter(({ node }) => node === "pve2"), []);
  const health = await harness.call("proxmox_report", { action: "health" });
  assertMatch(health.text, /guests: 8 of 15 running, 3 unknown/);
  const failure = await harness.call("proxmox_report", { action: "failure", node: "pve2" });
  assertDone(failure, /pve2 is offline: 2 of 3 guests there stay down until it is back/);
  assertMatch(failure.text, /stays down: db01 \(102\), monitoring \(203\)/);
});
