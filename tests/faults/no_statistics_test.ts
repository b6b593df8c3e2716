/** A node whose daemon for statistics stands still is there, and only its figures are missing. */
import { assertEquals, assertMatch } from "../assert.ts";
import { connect, type Harness, rowsOf } from "../harness.ts";
import { assertDone } from "../outcome.ts";

type Row = Readonly<Record<string, unknown>>;

/** What Proxmox VE still tells of something of which no statistics come. */
const KEPT = ["id", "type", "node", "vmid", "storage", "plugintype", "content", "shared", "tags"];

function withoutStatistics(row: Row): Row {
  const kept = Object.entries(row).filter(([name]) => KEPT.includes(name));
  return { ...Object.fromEntries(kept), status: "unknown" };
}

/** Connects to a cluster in which pve2 sends no statistics. */
async function connectMute(): Promise<Harness> {
  return await connect({
    transport: (inner) => ({
      fetch: async (url, request) => {
        const response = await inner.fetch(url, request);
        if (!/\/(?:cluster\/resources|nodes)$/.test(url.pathname)) return response;
        const { data } = await response.json() as { readonly data: readonly Row[] };
        const rows = data.map((row) => row.node === "pve2" ? withoutStatistics(row) : row);
        return Response.json({ data: rows });
      },
      close: () => inner.close(),
    }),
  });
}

Deno.test("lists ask a node that sends no statistics, and do not call it offline", async () => {
  await using harness = await connectMute();
  const tasks = await harness.call("proxmox_node_task", { action: "list", filter: "node=pve2" });
  assertDone(tasks, /^Tasks: [1-9]/);
  const guests = await harness.call("proxmox_guest_list", { filter: "node=pve2" });
  assertEquals(rowsOf(guests).map(({ name }) => name).sort(), [
    ...["db01", "legacy-erp", "monitoring", "proxy01", "web02"],
  ]);
  for (const { text } of [tasks, guests]) assertEquals(/online|offline/.test(text), false, text);
});

Deno.test("reports say which figures are missing, and why, in place of calling the node offline", async () => {
  await using harness = await connectMute();
  const health = await harness.call("proxmox_report", { action: "health" });
  assertMatch(health.text, /^now \| node \| pve2 \| unknown: it sends no figures$/m);
  assertMatch(health.text, /guests: \d+ of 15 running, 5 unknown/);
  assertMatch(health.text, /proxmox_node_service action=list node=pve2 — whether pvestatd runs/);
  assertEquals(/ on pve2 \| not available|in an unknown state/.test(health.text), false);
  const capacity = await harness.call("proxmox_report", { action: "capacity" });
  assertMatch(capacity.text, /^✅ As far as could be seen: /);
  for (const { text } of [health, capacity]) {
    assertMatch(text, /Figures and states are missing of pve2, where pvestatd sends none/);
    assertEquals(text.includes("Offline"), false, text);
  }
});
