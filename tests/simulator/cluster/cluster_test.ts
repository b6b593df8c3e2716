import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("options of the data centre are set and unset", async () => {
  const client = new TestClient();
  await client.data("PUT /cluster/options", { keyboard: "de", max_workers: 2 });
  const set = await client.data("GET /cluster/options");
  assertEquals([set.keyboard, set.max_workers], ["de", 2]);
  await client.data("PUT /cluster/options", { delete: "max_workers" });
  const unset = await client.data<{ "allowed-tags": string[] } & Row>("GET /cluster/options");
  assertEquals(unset.max_workers, undefined);
  assert(unset["allowed-tags"].includes("production"));
});

Deno.test("the cluster says how to join it, and cannot be joined to another", async () => {
  const client = new TestClient();
  const join = await client.data<{ nodelist: Row[] } & Row>("GET /cluster/config/join");
  assertEquals([join.preferred_node, join.nodelist.map(({ name }) => name)], [
    "pve1",
    ["pve1", "pve2", "pve3"],
  ]);
  const other = await client.ask("POST /cluster/config/join", {
    hostname: "192.0.2.99",
    fingerprint: "AA:".repeat(31) + "AA",
    password: "secret",
  });
  assertEquals(other.status, 403);
  assertEquals((await client.data("GET /cluster/config/totem")).cluster_name, "example");
});

Deno.test("a target in use by a matcher is kept; PVE's own comes back", async () => {
  const client = new TestClient();
  const used = await client.ask("DELETE /cluster/notifications/endpoints/webhook/chat");
  assertEquals([used.status, used.message], [
    400,
    "cannot delete 'chat', referenced by: failures\n",
  ]);
  const unknown = await client.ask("PUT /cluster/notifications/matchers/failures", {
    target: "none",
  });
  assertEquals(unknown.message?.trim(), "endpoint 'none' does not exist");
  const path = "/cluster/notifications/endpoints/sendmail/mail-to-root";
  await client.data(`PUT ${path}`, { comment: "Mine" });
  assertEquals((await client.data(`GET ${path}`)).origin, "modified-builtin");
  await client.data(`DELETE ${path}`);
  const back = await client.data(`GET ${path}`);
  assertEquals([back.origin, back.comment], ["builtin", "Send mails to root@pam"]);
});

Deno.test("what bears the name of an object's property is nothing of PVE's own", async () => {
  const client = new TestClient();
  const matchers = "/cluster/notifications/matchers";
  await client.data(`POST ${matchers}`, { name: "constructor" });
  await client.data(`DELETE ${matchers}/constructor`);
  assertEquals((await client.ask(`GET ${matchers}/constructor`)).status, 500);
  const added = await client.ask("PUT /nodes/pve1/apt/repositories", { handle: "constructor" });
  assertEquals(added.reason, "unknown repository handle 'constructor'");
});

Deno.test("a notification is tried out", async () => {
  const client = new TestClient();
  const path = (name: string): string => `POST /cluster/notifications/targets/${name}/test`;
  assertEquals(await client.data<null>(path("mail-to-root")), null);
  assertEquals((await client.ask(path("company-mail"))).status, 500);
  assertEquals((await client.ask(path("none"))).status, 404);
});

Deno.test("secrets of endpoints are not answered", async () => {
  const client = new TestClient();
  const base = "/cluster/notifications/endpoints";
  await client.data(`POST ${base}/smtp`, {
    name: "secure",
    server: "mx.example.com",
    "from-address": "pve@example.com",
    mailto: "a@example.com",
    username: "pve",
    password: "hunter2hunter2",
  });
  await client.data(`POST ${base}/webhook`, {
    name: "hook",
    url: "https://hook.example.com",
    method: "post",
    secret: "name=token,value=aHVudGVyMmh1bnRlcjI=",
  });
  const smtp = await client.ask(`GET ${base}/smtp/secure`);
  assert(!smtp.text.includes("hunter2"), smtp.text);
  const hook = await client.data(`GET ${base}/webhook/hook`);
  assertEquals(hook.secret, ["name=token"]);
});

Deno.test("a mapping is checked for a node, and says per node what is wrong", async () => {
  const client = new TestClient();
  const lacking = await client.ask("POST /cluster/mapping/dir", { id: "share", map: "path=/srv" });
  assertEquals(lacking.status, 400);
  const listed = await client.data<Row[]>("GET /cluster/mapping/pci", { "check-node": "pve2" });
  assertEquals(listed[0]?.checks, [
    { severity: "warning", message: "No mapping for node pve2." },
  ]);
});

Deno.test("many guests are stopped by one task", async () => {
  const client = new TestClient();
  const status = async (vmid: number): Promise<unknown> =>
    (await client.data<Row[]>("GET /cluster/resources", { type: "vm" }))
      .find((row) => row.vmid === vmid)?.status;
  assertEquals(await status(104), "running");
  const form = { vms: 104, timeout: 10 };
  assertEquals(await client.task("POST /cluster/bulk-action/guest/shutdown", form), "OK");
  client.clock.advance(60_000);
  assertEquals(await status(104), "stopped");
  assertEquals(await client.task("POST /cluster/bulk-action/guest/start", { vms: 104 }), "OK");
  client.clock.advance(60_000);
  assertEquals(await status(104), "running");
});
