import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a pool takes guests and storages, and is deleted when it is empty", async () => {
  const client = new TestClient();
  await client.data("POST /pools", { poolid: "lab", comment: "Experiments" });
  assertEquals(
    (await client.ask("POST /pools", { poolid: "lab" })).message,
    "create pool failed: pool 'lab' already exists\n",
  );
  await client.data("PUT /pools", { poolid: "lab", vms: "106,204", storage: "scratch" });
  const pool = await client.data<{ members: Row[] }>("GET /pools/lab");
  assertEquals(pool.members.map(({ id }) => id), ["qemu/106", "lxc/204", "storage/pve3/scratch"]);
  const only = await client.data<{ members: Row[] }[]>("GET /pools", {
    poolid: "lab",
    type: "lxc",
  });
  assertEquals(only[0]?.members.map(({ vmid }) => vmid), [204]);
  const full = await client.ask("DELETE /pools", { poolid: "lab" });
  assertEquals(full.message, "delete pool failed: pool 'lab' is not empty (contains VM 106)\n");
  await client.data("PUT /pools/lab", { vms: "106,204", storage: "scratch", delete: 1 });
  await client.data("DELETE /pools", { poolid: "lab" });
  const gone = await client.ask("GET /pools/lab");
  assertEquals([gone.status, gone.message], [500, "pool 'lab' does not exist\n"]);
});

Deno.test("a guest is in one pool, unless it may move; a refusal changes nothing", async () => {
  const client = new TestClient();
  await client.data("POST /pools", { poolid: "lab" });
  const taken = await client.ask("PUT /pools", { poolid: "lab", vms: "106,100" });
  assertEquals(
    taken.message,
    "update pools failed: VM 100 belongs already to pool 'production' and 'allow-move' is not set\n",
  );
  assertEquals((await client.data<{ members: Row[] }>("GET /pools/lab")).members, []);
  await client.data("PUT /pools", { poolid: "lab", vms: "100", "allow-move": 1 });
  const rows = await client.data<Row[]>("GET /cluster/resources", { type: "vm" });
  assertEquals(rows.find(({ vmid }) => vmid === 100)?.pool, "lab");
  const twice = await client.ask("PUT /pools", { poolid: "lab", vms: "100" });
  assertEquals(twice.message, "update pools failed: VM 100 is already a pool member\n");
});

Deno.test("a pool inside a pool needs that one, and keeps it", async () => {
  const client = new TestClient();
  const orphan = await client.ask("POST /pools", { poolid: "lab/inner" });
  assertEquals(
    orphan.message,
    "create pool failed: parent 'lab' of pool 'lab/inner' does not exist\n",
  );
  await client.data("POST /pools", { poolid: "lab" });
  await client.data("POST /pools", { poolid: "lab/inner" });
  const answer = await client.ask("DELETE /pools", { poolid: "lab" });
  assert(answer.message?.includes("pool 'lab' is not empty"), answer.message);
});
