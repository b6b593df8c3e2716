/** What a list of several clusters says where one of them has nothing, or shows nothing to its token. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { rowsOf } from "../../harness.ts";
import { assertDone, assertFailed } from "../../outcome.ts";
import { connectSeveral, connectTwo, type Several } from "../../several.ts";

/** A home that is seen, and a lab whose token may do nothing. */
async function connectBlind(): Promise<Several> {
  const several = await connectSeveral({ home: {}, lab: { token: "limited" } });
  several.clusters.lab?.simulator.cluster.table("access.acl").clear();
  return several;
}

const SEEN_BY_NONE = [
  ["proxmox_guest_list", {}],
  ["proxmox_guest_list", { type: "qemu" }],
  ["proxmox_storage_config", { action: "list" }],
  ["proxmox_pool", { action: "list" }],
] as const;

Deno.test("a cluster that shows its token nothing is not taken for one that has nothing", async () => {
  await using several = await connectBlind();
  for (const [tool, args] of SEEN_BY_NONE) {
    assertFailed(await several.call(tool, { ...args, cluster: "lab" }), /./);
    const all = await several.call(tool, args);
    assertDone(all, /in 1 of 2 clusters/);
    assertMatch(all.text, /lab is not shown: Whether there are .* cannot be seen: .*that takes/);
    assert(rowsOf(all).every(({ cluster }) => cluster === "home"), all.text);
  }
});

Deno.test("what no cluster has is said not to be there, where all tokens see all", async () => {
  await using several = await connectTwo();
  for (const { simulator } of Object.values(several.clusters)) {
    simulator.cluster.table("replication").clear();
  }
  const none = await several.call("proxmox_cluster_replication_job", { action: "list" });
  assertEquals(rowsOf(none), [], none.text);
  assertEquals(none.text.includes("may not see"), false, none.text);
  const tasks = { action: "list", typefilter: "nosuch" };
  const narrowed = await several.call("proxmox_node_task", tasks);
  assertStringIncludes(narrowed.text, "• There is none with typefilter=nosuch");
});

Deno.test("that one cluster has none of what others have is no news", async () => {
  await using several = await connectTwo();
  several.clusters.lab?.simulator.cluster.table("pools").clear();
  const pools = await several.call("proxmox_pool", { action: "list" });
  assert(rowsOf(pools).length > 0);
  assertEquals(pools.text.includes("There is none"), false, pools.text);
  several.clusters.lab?.simulator.cluster.guests.delete(204);
  const fits = await several.call("proxmox_guest_list", { filter: "name=proxy01" });
  assertDone(fits, /Guests: 1, in home/);
  assertEquals(fits.text.includes("fits"), false, fits.text);
});

Deno.test("a report of several clusters shows all rows that fit, not as many as one of them has", async () => {
  await using several = await connectTwo();
  const args = { action: "updates", fields: ["node"] };
  const parts = await Promise.all(
    ["home", "lab"].map((cluster) => several.call("proxmox_report", { ...args, cluster })),
  );
  const all = await several.call("proxmox_report", args);
  const counts = parts.map((part) => rowsOf(part).length);
  assert(counts.every((count) => count > 0));
  assertEquals(rowsOf(all).length, counts.reduce((sum, count) => sum + count));
});

Deno.test("limit=0 of tasks is all tasks of all clusters", async () => {
  await using several = await connectTwo();
  const all = await several.call("proxmox_node_task", { action: "list", limit: 0 });
  assertEquals(all.structured.next_offset, undefined);
  assertEquals(rowsOf(all).length, all.structured.total);
});
