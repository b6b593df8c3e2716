import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

const NETWORK = "/nodes/pve1/network";

async function changes(client: TestClient): Promise<string | undefined> {
  const { text } = await client.ask(`GET ${NETWORK}`);
  return (JSON.parse(text) as { changes?: string }).changes;
}

Deno.test("network changes wait until they are applied", async () => {
  const client = new TestClient();
  assertEquals(await changes(client), undefined);
  await client.data(`POST ${NETWORK}`, {
    iface: "vmbr9",
    type: "bridge",
    cidr: "10.9.0.1/24",
    autostart: 1,
  });
  const taken = await client.ask(`POST ${NETWORK}`, { iface: "vmbr9", type: "bridge" });
  assertEquals(taken.errors, { iface: "interface already exists" });
  const made = await client.data(`GET ${NETWORK}/vmbr9`);
  assertEquals([made.method, made.address, made.netmask, made.cidr, made.families, made.active], [
    "static",
    "10.9.0.1",
    "24",
    "10.9.0.1/24",
    ["inet"],
    undefined,
  ]);
  assertStringIncludes(await changes(client) ?? "", "+iface vmbr9 inet static");
  assertEquals(await client.task(`PUT ${NETWORK}`), "OK");
  assertEquals(await changes(client), undefined);
  assertEquals((await client.data(`GET ${NETWORK}/vmbr9`)).active, 1);
});

Deno.test("network changes are reverted, and an update without an address takes it away", async () => {
  const client = new TestClient();
  await client.data(`PUT ${NETWORK}/vmbr1`, { type: "bridge", comments: "No address" });
  const changed = await client.data(`GET ${NETWORK}/vmbr1`);
  assertEquals([changed.method, changed.address, changed.cidr], ["manual", undefined, undefined]);
  await client.data(`DELETE ${NETWORK}/eno2`);
  assertEquals((await client.ask(`GET ${NETWORK}/eno2`)).errors, {
    iface: "interface does not exist",
  });
  await client.data(`DELETE ${NETWORK}`);
  assertEquals((await client.data(`GET ${NETWORK}/vmbr1`)).cidr, "10.10.10.11/24");
  assertEquals((await client.ask(`GET ${NETWORK}/eno2`)).status, 200);
});

Deno.test("a second default gateway, or a VLAN without a device, is refused", async () => {
  const client = new TestClient();
  const gateway = await client.ask(`PUT ${NETWORK}/vmbr1`, {
    type: "bridge",
    cidr: "10.10.10.11/24",
    gateway: "10.10.10.1",
  });
  assertEquals(gateway.errors, {
    gateway: "Default gateway already exists on interface 'vmbr0'.",
  });
  await client.data(`POST ${NETWORK}`, { iface: "vmbr0.50", type: "vlan" });
  const vlan = await client.data(`GET ${NETWORK}/vmbr0.50`);
  assertEquals([vlan["vlan-raw-device"], vlan["vlan-id"]], ["vmbr0", 50]);
});

Deno.test("interfaces are listed by type", async () => {
  const client = new TestClient();
  const names = async (type: string): Promise<unknown[]> =>
    (await client.data<Row[]>(`GET ${NETWORK}`, { type })).map(({ iface }) => iface);
  assertEquals(await names("eth"), ["eno1", "eno2"]);
  assertEquals(await names("any_local_bridge"), ["vmbr0", "vmbr1"]);
  assertEquals(await names("any_bridge"), ["vmbr0", "vmbr1", "prod", "dmz", "labnet"]);
});
