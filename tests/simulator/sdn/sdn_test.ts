import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

async function vnet(client: TestClient, name: string, view = "pending"): Promise<Row | undefined> {
  const rows = await client.data<Row[]>("GET /cluster/sdn/vnets", { [view]: 1 });
  return rows.find((row) => row.vnet === name);
}

Deno.test("SDN changes wait, show as pending, and are applied by a task", async () => {
  const client = new TestClient();
  await client.data("POST /cluster/sdn/vnets", { vnet: "voice", zone: "lan", tag: 300 });
  await client.data("PUT /cluster/sdn/vnets/prod", { alias: "Live", delete: "tag" }).catch(
    () => {},
  );
  const fresh = await vnet(client, "voice");
  assertEquals([fresh?.state, fresh?.pending], ["new", { zone: "lan", tag: 300 }]);
  assertEquals(await vnet(client, "voice", "running"), undefined);
  await client.data("PUT /cluster/sdn/vnets/prod", { alias: "Live" });
  const changed = await vnet(client, "prod");
  assertEquals([changed?.state, changed?.alias, changed?.pending], [
    "changed",
    "Production",
    { alias: "Live" },
  ]);
  await client.data("DELETE /cluster/sdn/vnets/dmz");
  assertEquals((await vnet(client, "dmz"))?.state, "deleted");

  assertEquals(await client.task("PUT /cluster/sdn"), "OK");
  assertEquals((await vnet(client, "voice"))?.state, undefined);
  assertEquals((await vnet(client, "prod", "running"))?.alias, "Live");
  assertEquals(await vnet(client, "dmz"), undefined);
  const content = await client.data<Row[]>("GET /nodes/pve1/sdn/zones/lan/content");
  assertEquals(content.map((row) => row.vnet).sort(), ["prod", "voice"]);
});

Deno.test("a rollback takes back what waits", async () => {
  const client = new TestClient();
  await client.data("POST /cluster/sdn/vnets", { vnet: "voice", zone: "lan", tag: 300 });
  await client.data("DELETE /cluster/sdn/vnets/dmz");
  await client.data("POST /cluster/sdn/rollback");
  assertEquals(await vnet(client, "voice"), undefined);
  assertEquals((await vnet(client, "dmz"))?.state, undefined);
});

Deno.test("SDN objects that are in use are kept, and contradictions refused", async () => {
  const client = new TestClient();
  const refused = async (request: string, form: Record<string, string | number> = {}) =>
    (await client.ask(request, form)).message?.trim();
  assertEquals(
    await refused("DELETE /cluster/sdn/zones/lan"),
    "delete sdn zone object failed: zone lan is used by vnet prod",
  );
  assertEquals(
    await refused("DELETE /cluster/sdn/vnets/labnet"),
    "delete sdn vnet object failed: 400 Parameter verification failed.\n" +
      "vnet: Can't delete vnet if subnets exists",
  );
  assertEquals(
    await refused("POST /cluster/sdn/vnets", { vnet: "voice", zone: "lan" }),
    "create sdn vnet object failed: 400 Parameter verification failed.\ntag: missing vlan tag",
  );
  assertEquals(
    await refused("POST /cluster/sdn/vnets", { vnet: "voice", zone: "lan", tag: 100 }),
    "create sdn vnet object failed: 400 Parameter verification failed.\n" +
      "tag: tag 100 already exist in vnet prod",
  );
  assertEquals(
    await refused("POST /cluster/sdn/zones", { zone: "wan", type: "vlan" }),
    "missing value for required option 'bridge'",
  );
});

Deno.test("subnets belong to a network and are named after its zone", async () => {
  const client = new TestClient();
  const base = "/cluster/sdn/vnets/labnet/subnets";
  await client.data(`POST ${base}`, {
    subnet: "10.60.0.0/24",
    type: "subnet",
    gateway: "10.60.0.1",
    "dhcp-range": "start-address=10.60.0.10,end-address=10.60.0.20",
  });
  const made = await client.data(`GET ${base}/lab-10.60.0.0-24`);
  assertEquals([made.cidr, made.network, made.mask, made.zone, made["dhcp-range"]], [
    "10.60.0.0/24",
    "10.60.0.0",
    "24",
    "lab",
    [{ "start-address": "10.60.0.10", "end-address": "10.60.0.20" }],
  ]);
  await client.data(`PUT ${base}/lab-10.60.0.0-24`, { snat: 1 });
  assertEquals((await client.data(`GET ${base}/lab-10.60.0.0-24`)).snat, 1);
  const twice = await client.ask(`POST ${base}`, { subnet: "10.60.0.0/24", type: "subnet" });
  assertEquals(
    twice.message,
    "create sdn subnet object failed: sdn subnet object ID 'lab-10.60.0.0-24' already defined\n",
  );
  await client.data("POST /cluster/sdn/vnets/labnet/ips", { zone: "lab", ip: "10.60.0.15" });
  const status = await client.data<Row[]>("GET /cluster/sdn/ipams/pve/status");
  assertEquals(status.some(({ ip }) => ip === "10.60.0.15"), true);
  await client.data("DELETE /cluster/sdn/vnets/labnet/ips", { zone: "lab", ip: "10.60.0.15" });
  await client.data(`DELETE ${base}/lab-10.60.0.0-24`);
  const rows = await client.data<Row[]>(`GET ${base}`);
  assertEquals(rows.map((row) => row.subnet), ["lab-10.50.0.0-24"]);
});

Deno.test("the SDN lock keeps others out until its token comes back", async () => {
  const client = new TestClient();
  const token = await client.data<string>("POST /cluster/sdn/lock");
  const form = { vnet: "voice", zone: "lan", tag: 300 };
  const message = "invalid lock token provided! at /usr/share/perl5/PVE/Network/SDN.pm line 305.\n";
  for (const wrong of [{}, { "lock-token": "another" }]) {
    const refused = await client.ask("POST /cluster/sdn/vnets", { ...form, ...wrong });
    assertEquals(refused.message, `create sdn vnet object failed: ${message}`);
  }
  const twice = await client.ask("POST /cluster/sdn/lock");
  assertEquals(twice.message, `could not acquire lock for SDN config: ${message}`);
  await client.data("POST /cluster/sdn/vnets", { ...form, "lock-token": token });
  await client.data("DELETE /cluster/sdn/lock", { "lock-token": token });
  await client.data("DELETE /cluster/sdn/vnets/voice");
});

Deno.test("applying SDN changes releases the lock only when asked to", async () => {
  const client = new TestClient();
  const token = await client.data<string>("POST /cluster/sdn/lock");
  await client.data("POST /cluster/sdn/rollback", { "lock-token": token });
  const locked = await client.ask("PUT /cluster/sdn");
  assert(locked.message?.startsWith("could not commit SDN config: invalid lock"), locked.message);
  await client.data("PUT /cluster/sdn", { "lock-token": token, "release-lock": 1 });
  await client.data("PUT /cluster/sdn");
});

Deno.test("fabrics and their nodes are made, changed and removed", async () => {
  const client = new TestClient();
  const base = "/cluster/sdn/fabrics";
  await client.data(`POST ${base}/fabric`, {
    id: "spine",
    protocol: "openfabric",
    ip_prefix: "10.99.0.0/24",
  });
  await client.data(`POST ${base}/node/spine`, {
    node_id: "pve1",
    protocol: "openfabric",
    ip: "10.99.0.1",
    interfaces: "name=eno2",
  });
  const all = await client.data<{ fabrics: Row[]; nodes: Row[] }>(`GET ${base}/all`);
  assertEquals([all.fabrics.length, all.nodes[0]?.fabric_id], [1, "spine"]);
  await client.data(`DELETE ${base}/node/spine/pve1`);
  const gone = await client.ask(`GET ${base}/node/spine/pve1`);
  assertEquals(gone.message, "node 'pve1' does not exist in fabric 'spine'\n");
  await client.data(`DELETE ${base}/fabric/spine`);
  const missing = await client.ask(`GET ${base}/fabric/spine`);
  assertEquals(missing.message, "fabric 'spine' does not exist\n");
});
