import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("HA groups are gone and say where to", async () => {
  const client = new TestClient();
  const list = await client.ask("GET /cluster/ha/groups");
  assertEquals([list.status, list.message], [
    500,
    "cannot index groups: ha groups have been migrated to rules\n",
  ]);
  const form = { group: "old", nodes: "pve1" };
  assertEquals((await client.ask("POST /cluster/ha/groups", form)).status, 500);
  const resource = await client.ask("POST /cluster/ha/resources", { sid: "vm:102", group: "old" });
  assertEquals(
    resource.message,
    "invalid parameter 'group': ha groups have been migrated to rules\n",
  );
});

Deno.test("HA starts a guest that it is given, and stops one on request", async () => {
  const client = new TestClient();
  const status = async (): Promise<unknown> =>
    (await client.data("GET /nodes/pve2/qemu/106/status/current")).status;
  assertEquals(await status(), "stopped");
  await client.data("POST /cluster/ha/resources", { sid: "106" });
  client.clock.advance(30_000);
  assertEquals(await status(), "running");
  await client.data("PUT /cluster/ha/resources/vm:106", { state: "stopped" });
  client.clock.advance(30_000);
  assertEquals(await status(), "stopped");
  const rows = await client.data<Row[]>("GET /cluster/ha/status/current");
  const row = rows.find(({ sid }) => sid === "vm:106");
  assertEquals([row?.state, row?.request_state, row?.status], [
    "stopped",
    "stopped",
    "vm:106 (pve2, stopped)",
  ]);
});

Deno.test("a guest that is not there cannot be put under HA", async () => {
  const client = new TestClient();
  const number = await client.ask("POST /cluster/ha/resources", { sid: "4711" });
  assertEquals(number.message, "unable do detect SID from VMID - VM/CT 4711 does not exist\n");
  const sid = await client.ask("POST /cluster/ha/resources", { sid: "ct:100" });
  assertEquals(sid.message, "resource 'ct:100' - guest with ID 100 is not a container\n");
});

Deno.test("rules name guests under HA and nodes of the cluster", async () => {
  const client = new TestClient();
  const refused = async (form: Record<string, string>): Promise<string | undefined> =>
    (await client.ask("POST /cluster/ha/rules", { rule: "r1", type: "node-affinity", ...form }))
      .message?.trim();
  assertEquals(
    await refused({ resources: "vm:103", nodes: "pve1" }),
    "create ha rule failed: cannot use unmanaged resource(s) vm:103.",
  );
  assertEquals(
    await refused({ resources: "vm:100", nodes: "pve9" }),
    "create ha rule failed: cannot use non-existent node(s) pve9.",
  );
  assertEquals(
    await refused({ resources: "vm:100", nodes: "pve1" }),
    "create ha rule failed: 400 Rule 'r1' is invalid.\n" +
      "resources: resource 'vm:100' is already used in another node affinity rule",
  );
  await client.data("POST /cluster/ha/resources", { sid: "vm:103" });
  await client.data("POST /cluster/ha/rules", {
    rule: "r1",
    type: "node-affinity",
    resources: "vm:103",
    nodes: "pve1:2,pve2",
  });
  const made = await client.data("GET /cluster/ha/rules/r1");
  assertEquals([made.type, made.resources, made.nodes, made.order], [
    "node-affinity",
    "vm:103",
    "pve1:2,pve2",
    3,
  ]);
  await client.data("PUT /cluster/ha/rules/r1", { type: "node-affinity", strict: 1 });
  assertEquals((await client.data("GET /cluster/ha/rules/r1")).strict, 1);
  const listed = await client.data<Row[]>("GET /cluster/ha/rules", { resource: "vm:103" });
  assertEquals(listed.map(({ rule }) => rule), ["r1"]);
  await client.data("DELETE /cluster/ha/resources/vm:103");
  const gone = await client.ask("GET /cluster/ha/rules/r1");
  assertEquals(gone.message, "no such ha rule 'r1'\n");
});

Deno.test("HA moves a guest, and can be disarmed and armed", async () => {
  const client = new TestClient();
  const answer = await client.data("POST /cluster/ha/resources/vm:100/migrate", { node: "pve3" });
  assertEquals(answer, { sid: "vm:100", "requested-node": "pve3" });
  client.clock.advance(300_000);
  const rows = await client.data<Row[]>("GET /cluster/resources", { type: "vm" });
  assertEquals(rows.find(({ vmid }) => vmid === 100)?.node, "pve3");
  const apart = await client.data("POST /cluster/ha/resources/vm:100/migrate", { node: "pve2" });
  assertEquals(apart, {
    sid: "vm:100",
    "requested-node": "pve2",
    "blocking-resources": [{ sid: "vm:101", cause: "resource-affinity" }],
  });
  await client.data("POST /cluster/ha/status/disarm-ha", { "resource-mode": "freeze" });
  const fencing = (await client.data<Row[]>("GET /cluster/ha/status/current"))
    .find(({ type }) => type === "fencing");
  assertEquals(fencing?.["armed-state"], "disarmed");
  await client.data("POST /cluster/ha/status/arm-ha");
  const unmanaged = await client.ask("POST /cluster/ha/resources/vm:104/migrate", { node: "pve1" });
  assert(unmanaged.message?.includes("resource 'vm:104' is not HA managed"), unmanaged.message);
});
