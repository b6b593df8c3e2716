import { assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a destroyed guest leaves nothing behind, with purge not even in jobs", async () => {
  const client = new TestClient();
  const guest = "/nodes/pve2/qemu/106";
  await client.data("PUT /pools", { poolid: "development", vms: 106 });
  await client.data(`POST ${guest}/firewall/rules`, { type: "in", action: "DROP" });
  await client.data("PUT /access/acl", { path: "/vms/106", users: "carol@pve", roles: "NoAccess" });
  await client.data("POST /cluster/ha/resources", { sid: "vm:106", state: "ignored" });
  await client.data("PUT /cluster/backup/nightly", { vmid: "100,106" });
  await client.data(`PUT ${guest}/config`, { protection: 0 });
  assertEquals(await client.task(`DELETE ${guest}`, { purge: 1 }), "OK");

  assertEquals(await client.data<Row[]>(`GET ${guest}/firewall/rules`), []);
  const acl = await client.data<Row[]>("GET /access/acl");
  assertEquals(acl.filter(({ path }) => path === "/vms/106"), []);
  const { members } = await client.data<{ members: Row[] }>("GET /pools/development");
  assertEquals(members.some(({ vmid }) => vmid === 106), false);
  assertEquals((await client.data("GET /cluster/backup/nightly")).vmid, "100");
  const resources = await client.data<Row[]>("GET /cluster/ha/resources");
  assertEquals(resources.some(({ sid }) => sid === "vm:106"), false);
});
