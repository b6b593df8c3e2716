import { assertEquals } from "../../assert.ts";
import { sdnEffects } from "../../../src/pve/effects/sdn.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const APPLY = "PUT /cluster/sdn";
const ROLLBACK = "POST /cluster/sdn/rollback";
const CARD = { node: "pve3", vmid: 107, net0: "virtio,bridge=dmz" };

Deno.test("applying takes nothing when nothing waits, or only what is new", async () => {
  const company = new Company(sdnEffects);
  assertEquals(await company.lost(APPLY, {}), []);
  assertEquals(await company.lost(ROLLBACK, {}), []);
  await company.change("POST /cluster/sdn/vnets", { vnet: "extra", zone: "lan", tag: 300 });
  assertEquals(await company.lost(APPLY, {}), []);
  assertEquals(await company.lost(ROLLBACK, {}), [
    "changes that are not applied: SDN VNet extra (new)",
  ]);
});

Deno.test("applying a deletion takes the network of the guests on it", async () => {
  const company = new Company(sdnEffects);
  await company.change("PUT /nodes/{node}/qemu/{vmid}/config", CARD);
  await company.change("DELETE /cluster/sdn/vnets/{vnet}", { vnet: "dmz" });
  assertEquals(await company.losses(APPLY, {}), [{ what: "SDN VNet dmz: deleted", guests: [107] }]);
});

Deno.test("applying a change takes what is set and becomes another, of a zone from all its guests", async () => {
  const company = new Company(sdnEffects);
  await company.change("PUT /nodes/{node}/qemu/{vmid}/config", CARD);
  await company.change("PUT /cluster/sdn/vnets/{vnet}", { vnet: "prod", tag: 101, alias: "New" });
  assertEquals(await company.losses(APPLY, {}), [
    { what: "SDN VNet prod: tag 100 becomes 101", guests: [] },
  ]);
  await company.change("PUT /cluster/sdn/zones/{zone}", { zone: "lan", bridge: "vmbr1" });
  const losses = await company.losses(APPLY, {});
  assertEquals(losses.map(({ what }) => what), [
    "SDN zone lan: bridge vmbr0 becomes vmbr1",
    "SDN VNet prod: tag 100 becomes 101",
  ]);
  assertEquals(losses[0]?.guests, [107]);
});

Deno.test("changes that cannot be read are taken for lost, by any guest", async () => {
  const company = new Company(sdnEffects);
  company.refuse("GET /cluster/sdn/zones");
  const [loss] = await company.losses(APPLY, {});
  assertEquals(loss?.what, "what pending changes delete of zones, which could not be read");
  assertEquals(loss?.guests.length, (await company.state.guests()).length);
  assertEquals((await lostUnseen(sdnEffects, ROLLBACK, {})).length, 1);
});

Deno.test("a zone loses nodes by a list, and by a first list all others", async () => {
  const company = new Company(sdnEffects);
  const operation = "PUT /cluster/sdn/zones/{zone}";
  assertEquals(await company.lost(operation, { zone: "lan", nodes: "pve1,pve2" }), [
    "SDN zone lan: nodes, once applied: all but pve1, pve2",
  ]);
  await company.change(operation, { zone: "lan", nodes: "pve1,pve2" });
  assertEquals(await company.lost(operation, { zone: "lan", nodes: "pve2,pve1,pve3" }), []);
  assertEquals(await company.lost(operation, { zone: "lan", delete: "nodes" }), []);
  assertEquals((await company.lost(operation, { zone: "lan", nodes: "pve1" })).length, 1);
  assertEquals((await company.lost(operation, { zone: "lab", delete: "dhcp" })).length, 1);
  assertEquals(await company.lost(operation, { zone: "lan", bridge: "vmbr0" }), []);
});

Deno.test("a subnet loses gateway, source NAT and ends of its DHCP ranges", async () => {
  const company = new Company(sdnEffects);
  const operation = "PUT /cluster/sdn/vnets/{vnet}/subnets/{subnet}";
  const subnet = { vnet: "labnet", subnet: "lab-10.50.0.0-24" };
  const range = "start-address=10.50.0.100,end-address=10.50.0.199";
  assertEquals(await company.lost(operation, { ...subnet, "dhcp-range": range }), []);
  assertEquals(
    (await company.lost(operation, {
      ...subnet,
      "dhcp-range": "start-address=10.50.0.100,end-address=10.50.0.149",
    })).length,
    1,
  );
  assertEquals((await company.lost(operation, { ...subnet, snat: 0 })).length, 1);
  assertEquals((await company.lost(operation, { ...subnet, delete: "gateway" })).length, 1);
  assertEquals(await company.lost(operation, { ...subnet, gateway: "10.50.0.1", snat: 1 }), []);
});

Deno.test("a card loses its address to another one", async () => {
  const company = new Company(sdnEffects);
  const card = { vnet: "labnet", zone: "lab", mac: "BC:24:11:00:00:07" };
  await company.change("POST /cluster/sdn/vnets/{vnet}/ips", { ...card, ip: "10.50.0.20" });
  const operation = "PUT /cluster/sdn/vnets/{vnet}/ips";
  assertEquals(await company.lost(operation, { ...card, ip: "10.50.0.20" }), []);
  assertEquals(await company.lost(operation, { ...card, ip: "10.50.0.21" }), [
    "10.50.0.20 of BC:24:11:00:00:07 in VNet labnet",
  ]);
  assertEquals((await lostUnseen(sdnEffects, operation, { ...card, ip: "10.50.0.20" })).length, 1);
});

Deno.test("a fabric's node loses interfaces that a list leaves out", async () => {
  const company = new Company(sdnEffects);
  await company.change("POST /cluster/sdn/fabrics/fabric", {
    id: "core",
    protocol: "openfabric",
    ip_prefix: "10.99.0.0/24",
  });
  const node = { fabric_id: "core", node_id: "pve1", protocol: "openfabric" };
  await company.change("POST /cluster/sdn/fabrics/node/{fabric_id}", {
    ...node,
    ip: "10.99.0.1",
    interfaces: ["name=eno1", "name=eno2"],
  });
  const operation = "PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}";
  assertEquals(
    await company.lost(operation, { ...node, interfaces: ["name=eno2", "name=eno1"] }),
    [],
  );
  assertEquals(await company.lost(operation, { ...node, interfaces: ["name=eno1"] }), [
    "node pve1 of SDN fabric core: 1 of 2 interfaces, once applied: eno2",
  ]);
});
