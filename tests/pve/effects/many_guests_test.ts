/** What operations on many guests, on pools and on replication take away. */
import { assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { Company } from "./judged.ts";
import { bulkEffects } from "../../../src/pve/effects/bulk_effects.ts";
import { poolEffects } from "../../../src/pve/effects/pool_effects.ts";
import { replicationEffects } from "../../../src/pve/effects/replication_effects.ts";

function company(): Company {
  return new Company({ ...bulkEffects, ...poolEffects, ...replicationEffects });
}

Deno.test("guests that run are named when many are stopped or suspended, by node or by number", async () => {
  const there = company();
  // 100 is under HA, 108 is locked.
  const [stop, locked] = await there.losses("POST /nodes/{node}/stopall", { node: "pve1" });
  assertEquals(stop?.guests, [103, 200, 202]);
  assertStringIncludes(stop?.what ?? "", "cut off where they take too long: db02 (103), ");
  assertEquals(locked?.guests, [108]);
  assertStringIncludes(locked?.what ?? "", "if their lock ends before: fileserver (108)");
  const some = { node: "pve1", vms: "100 106;204" };
  assertEquals((await there.losses("POST /nodes/{node}/stopall", some))[0]?.guests, [100]);
  const off = { node: "pve2", vms: "106,204" };
  assertEquals(await there.lost("POST /nodes/{node}/stopall", off), []);
  const [suspend] = await there.losses("POST /nodes/{node}/suspendall", { node: "pve1" });
  assertEquals(suspend?.guests, [103]);
  const shutdown = "POST /cluster/bulk-action/guest/shutdown";
  assertEquals(await there.losses(shutdown, { vms: [100, 106, 999], "force-stop": false }), [{
    what: "what runs in guests: web01 (100), guest 999, which cannot be seen",
    guests: [100, 999],
  }]);
  const [all] = await there.losses(shutdown, {});
  assertEquals(all?.guests.length, 8);
  assertMatch(all?.what ?? "", /monitoring \(203\)$/);
});

Deno.test("guests that move are exposed, and containers that run start anew", async () => {
  const there = company();
  for (const operation of ["POST /nodes/{node}/migrateall"] as const) {
    const args = { node: "pve1", target: "pve2" };
    const moved = await there.exposed(operation, args);
    assertEquals(moved.map(({ vmid }) => vmid), [100, 103, 108, 200, 202, 900]);
    assertEquals(moved.every(({ node }) => node === "pve2"), true);
    assertEquals((await there.losses(operation, args)).map(({ guests }) => guests), [[200, 202]]);
  }
  const bulk = { vms: "100", target: "pve3" };
  const [guest] = await there.exposed("POST /cluster/bulk-action/guest/migrate", bulk);
  assertEquals(guest?.node, "pve3");
});

Deno.test("members that leave a pool lose what it lets users do, and its protection", async () => {
  const there = company();
  for (const operation of ["PUT /pools", "PUT /pools/{poolid}"] as const) {
    const out = { poolid: "production", vms: "100,106", storage: "nas", delete: 1 };
    assertEquals(await there.losses(operation, out), [{
      what:
        "what the pool lets users do with web01 (100) in pool production, storage nas in pool production",
      guests: [],
    }]);
    assertEquals((await there.exposed(operation, out)).map(({ vmid, pool }) => [vmid, pool]), [
      [100, undefined],
    ]);
    const over = { poolid: "development", vms: "100,104", "allow-move": true };
    assertEquals((await there.exposed(operation, over)).map(({ vmid, pool }) => [vmid, pool]), [
      [100, "development"],
    ]);
    for (
      const args of [
        { poolid: "production", vms: "106" },
        { poolid: "production", vms: "106", delete: 1 },
        { poolid: "production", comment: "x", delete: 0 },
      ]
    ) assertEquals(await there.judge(operation, args), []);
  }
  assertEquals((await there.lost("DELETE /pools", { poolid: "production" })).length, 1);
});

Deno.test("a replication job is lost with its copies, unless they are kept", async () => {
  const there = company();
  const id = "103-0";
  const remove = "DELETE /cluster/replication/{id}";
  const copies = "job 103-0 to pve2 and the copies of the guest's volumes there";
  assertEquals(await there.losses(remove, { id }), [{ what: copies, guests: [103] }]);
  assertEquals(await there.lost(remove, { id, keep: 1 }), ["job 103-0 to pve2; the copies stay"]);
  const put = "PUT /cluster/replication/{id}";
  assertEquals(await there.lost(put, { id, remove_job: "full" }), [copies]);
  assertMatch((await there.lost(put, { id, remove_job: "local" })).join(), /the copies stay$/);
  assertEquals(await there.lost(put, { id, disable: 1 }), ["further copies by job 103-0 to pve2"]);
  assertEquals(await there.lost(put, { id, schedule: "*/5", delete: "rate" }), []);
  await there.change(put, { id, disable: 1 });
  assertEquals(await there.lost(put, { id, disable: 1 }), []);
  there.refuse("GET /cluster/replication/{id}");
  assertStringIncludes((await there.lost(remove, { id })).join(), "(which could not be read)");
});
