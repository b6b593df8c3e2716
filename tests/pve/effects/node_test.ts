import { bytes } from "../../../src/base/text/units.ts";
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { nodeDiskEffects } from "../../../src/pve/effects/node_disks.ts";
import { nodeNetworkEffects } from "../../../src/pve/effects/node_network.ts";
import { nodeServiceEffects } from "../../../src/pve/effects/node_services.ts";
import { nodeSettingEffects } from "../../../src/pve/effects/node_settings.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const TABLE = {
  ...nodeDiskEffects,
  ...nodeNetworkEffects,
  ...nodeServiceEffects,
  ...nodeSettingEffects,
};
const node = "pve1";

Deno.test("a pool of disks is lost with the guests that have volumes in it", async () => {
  const company = new Company(TABLE);
  const [zfs] = await company.losses("DELETE /nodes/{node}/disks/zfs/{name}", {
    node,
    name: "tank",
  });
  assertEquals(zfs?.guests.toSorted(), [103, 202]);
  assertEquals(zfs?.what, `ZFS pool tank of pve1 (${bytes(1_906_965_479_424)}): all data in it`);
  const group = { node, name: "pve" };
  const [lvm] = await company.losses("DELETE /nodes/{node}/disks/lvm/{name}", group);
  assertEquals((lvm?.guests.length ?? 0) > 0, true);
  const thin = "DELETE /nodes/{node}/disks/lvmthin/{name}";
  const [data] = await company.losses(thin, { node, name: "data", "volume-group": "pve" });
  assertEquals(data?.guests, lvm?.guests);
  const [other] = await company.losses(thin, { node, name: "other", "volume-group": "pve" });
  assertEquals(other?.guests, []);
});

Deno.test("a wiped disk takes the volumes of guests in its pool, by disk and by partition", async () => {
  const company = new Company(TABLE);
  const wipe = "PUT /nodes/{node}/disks/wipedisk";
  for (const disk of ["/dev/sda", "/dev/sda1"]) {
    const [loss] = await company.losses(wipe, { node, disk });
    assertEquals(loss?.guests.toSorted(), [103, 202], disk);
  }
  const [lvm] = await company.losses(wipe, { node, disk: "/dev/nvme0n1" });
  assertEquals(lvm?.guests.includes(103), false);
  assertEquals((lvm?.guests.length ?? 0) > 0, true);
});

Deno.test("who may not read the disks is told that every guest may have lost something", async () => {
  const company = new Company(TABLE);
  company.refuse("GET /nodes/{node}/disks/list");
  company.refuse("GET /nodes/{node}/disks/lvm");
  company.refuse("GET /storage");
  const [loss] = await company.losses("PUT /nodes/{node}/disks/wipedisk", {
    node,
    disk: "/dev/sdz",
  });
  assertEquals(loss?.what, "all that is on /dev/sdz, which could not be read of pve1");
  assertEquals(loss?.guests.length, (await company.state.guests()).length);
});

Deno.test("a node that goes down takes the guests that run there", async () => {
  const company = new Company(TABLE);
  const [loss] = await company.losses("POST /nodes/{node}/status", { node, command: "reboot" });
  const guests = await company.state.guests();
  const running = guests.filter((guest) => guest.node === node && guest.status !== "stopped");
  assertEquals(loss?.guests.toSorted(), running.map(({ vmid }) => vmid).toSorted());
  assertStringIncludes(loss?.what ?? "", "node pve1: reboot, with");
  assertStringIncludes(loss?.what ?? "", "web01 (100)");
});

/** A cluster of two nodes, each with its vote. */
function two(qdevice: Readonly<Record<string, unknown>> = {}): Company {
  const company = new Company(TABLE);
  const node = (name: string) => ({ type: "node", name, online: 1, local: 0 });
  company.answer("GET /cluster/status", [
    { type: "cluster", name: "two", quorate: 1 },
    node("pve1"),
    node("pve2"),
  ]);
  const votes = (name: string) => ({ name, quorum_votes: "1" });
  company.answer("GET /cluster/config/nodes", [votes("pve1"), votes("pve2")]);
  company.answer("GET /cluster/config/qdevice", qdevice);
  return company;
}

const OFF = "POST /nodes/{node}/status";
const SHUTDOWN = { node: "pve2", command: "shutdown" };

Deno.test("a node that takes the majority of the votes along takes the quorum", async () => {
  const [quorum, itself] = await two().losses(OFF, SHUTDOWN);
  assertEquals(
    quorum?.what,
    "quorum, 1 of 2 votes, until pve2 is back: nothing starts or changes on pve1, and HA resets pve1",
  );
  assertEquals(quorum?.guests.includes(100), true);
  assertStringIncludes(itself?.what ?? "", "node pve2: shutdown, with");
  const stop = "POST /nodes/{node}/services/{service}/stop";
  const [corosync] = await two().lost(stop, { node: "pve2", service: "corosync" });
  assertStringIncludes(corosync ?? "", "quorum, 1 of 2 votes, until it runs again: nothing");
});

Deno.test("the guests of other nodes are lost with the quorum where HA resets those alone", async () => {
  const company = two();
  company.answer("GET /cluster/ha/resources", []);
  const [calm] = await company.losses(OFF, SHUTDOWN);
  assertEquals(calm?.guests, []);
  assertStringIncludes(calm?.what ?? "", "starts or changes on pve1");
  company.refuse("GET /cluster/ha/resources");
  const [unseen] = await company.losses(OFF, SHUTDOWN);
  assertStringIncludes(unseen?.what ?? "", "on pve1, and HA may reset them");
  assertEquals(unseen?.guests.includes(100), true);
});

Deno.test("quorum is not lost with votes to spare, without a cluster, or twice", async () => {
  const kept = async (company: Company): Promise<void> => {
    const lost = await company.lost(OFF, SHUTDOWN);
    assertEquals(lost.map((what) => what.split(":")[0]), ["node pve2"]);
  };
  await kept(new Company(TABLE));
  await kept(two({ State: "Connected" }));
  const alone = two();
  alone.answer("GET /cluster/status", [{ type: "node", name: "pve2", online: 1, local: 1 }]);
  await kept(alone);
  const inquorate = two();
  inquorate.answer("GET /cluster/status", [
    { type: "cluster", name: "two", quorate: 0 },
    { type: "node", name: "pve1", online: 0 },
    { type: "node", name: "pve2", online: 1 },
  ]);
  await kept(inquorate);
});

Deno.test("who may not read the votes is told that the quorum may hang on them", async () => {
  const company = two();
  company.refuse("GET /cluster/config/nodes");
  const [quorum] = await company.lost(OFF, SHUTDOWN);
  assertEquals(
    quorum,
    "quorum, should the other nodes lack the votes, which could not be read",
  );
});

Deno.test("a service that runs not is not lost", async () => {
  const company = new Company(TABLE);
  const stop = "POST /nodes/{node}/services/{service}/stop";
  assertEquals(await company.lost(stop, { node, service: "pveproxy" }), [
    "service pveproxy of pve1: what it does, until it runs again",
  ]);
  const [quorum] = await company.losses(stop, { node, service: "corosync" });
  assertEquals(quorum?.guests.includes(100), true);
  await company.change(stop, { node, service: "pvescheduler" });
  assertEquals(await company.lost(stop, { node, service: "pvescheduler" }), []);
  assertEquals((await lostUnseen(TABLE, stop, { node, service: "cron" })).length, 1);
});

Deno.test("a task that has ended is not lost by stopping it", async () => {
  const company = new Company(TABLE);
  const stop = "DELETE /nodes/{node}/tasks/{upid}";
  const ended = "UPID:pve1:000004C2:1493F1C0:69675408:qmstart:100:alice@pve!automation:";
  assertEquals(await company.lost(stop, { node, upid: ended }), []);
  const [unseen] = await lostUnseen(TABLE, stop, { node, upid: ended });
  assertEquals(
    unseen,
    "task qmstart of 100, which could not be read: what it has begun and not finished",
  );
});

Deno.test("an interface loses the address that a request does not repeat", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /nodes/{node}/network/{iface}";
  const bridge = { node, iface: "vmbr0", type: "bridge" };
  const cidr = "192.0.2.11/24";
  assertEquals(await company.lost(operation, { ...bridge, cidr }), []);
  assertEquals(
    await company.lost(operation, { ...bridge, address: "192.0.2.11", netmask: "24" }),
    [],
  );
  assertEquals(await company.lost(operation, { ...bridge, autostart: 1 }), [
    "interface vmbr0 of pve1: address 192.0.2.11/24, once applied",
  ]);
  assertEquals(
    (await company.lost(operation, { ...bridge, cidr, gateway: "192.0.2.2" })).length,
    1,
  );
  assertEquals((await company.lost(operation, { ...bridge, cidr, delete: "gateway" })).length, 1);
  const [ports] = await company.losses(operation, { ...bridge, cidr, bridge_ports: "" });
  assertEquals(ports?.guests.includes(100), true);
  assertEquals(await company.lost(operation, { ...bridge, cidr, bridge_ports: "eno1 eno2" }), []);
});

Deno.test("an interface is lost with the guests on bridges above it", async () => {
  const company = new Company(TABLE);
  const [loss] = await company.losses("DELETE /nodes/{node}/network/{iface}", {
    node,
    iface: "eno1",
  });
  assertEquals(loss?.guests.includes(100), true);
  const [other] = await company.losses("DELETE /nodes/{node}/network/{iface}", {
    node,
    iface: "eno2",
  });
  assertEquals(other?.guests.includes(100), false);
});

Deno.test("applying takes the network of guests whose bridge is not there then", async () => {
  const company = new Company(TABLE);
  const apply = "PUT /nodes/{node}/network";
  assertEquals((await company.losses(apply, { node }))[0]?.guests.includes(100), false);
  await company.change("DELETE /nodes/{node}/network/{iface}", { node, iface: "vmbr0" });
  assertEquals((await company.losses(apply, { node }))[0]?.guests.includes(100), true);
});

Deno.test("names and servers that are not named again are lost", async () => {
  const company = new Company(TABLE);
  const hosts = "POST /nodes/{node}/hosts";
  const data = "127.0.0.1 localhost localhost.localdomain\n192.0.2.11 pve1 pve1.example.com\n";
  assertEquals(await company.lost(hosts, { node, data }), [
    "/etc/hosts of pve1: 4 of 8 names: 192.0.2.12 pve2.example.com, 192.0.2.12 pve2, " +
    "192.0.2.13 pve3.example.com, 192.0.2.13 pve3",
  ]);
  const dns = "PUT /nodes/{node}/dns";
  const search = "example.com";
  assertEquals(await company.lost(dns, { node, search, dns1: "192.0.2.54" }), [
    "node pve1: 1 of 2 DNS servers: 192.0.2.53",
  ]);
  assertEquals(
    await company.lost(dns, { node, search, dns1: "192.0.2.54", dns2: "192.0.2.53" }),
    [],
  );
  assertEquals((await lostUnseen(TABLE, dns, { node, search, dns1: "192.0.2.54" })).length, 2);
});

Deno.test("a forced certificate takes the one that is there", async () => {
  const company = new Company(TABLE);
  const operation = "POST /nodes/{node}/certificates/custom";
  const rows = await company.state.get("GET /nodes/{node}/certificates/info", { node });
  const files = (rows as { filename: string }[]).map(({ filename }) => filename);
  const expected = files.includes("pveproxy-ssl.pem") ? 1 : 0;
  assertEquals(
    (await company.lost(operation, { node, certificates: "x", force: 1 })).length,
    expected,
  );
  assertEquals(await company.lost(operation, { node, certificates: "x" }), []);
  assertEquals((await lostUnseen(TABLE, operation, { node, force: 1 })).length, 1);
});

Deno.test("a node's settings lose their values by any way to clear them", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /nodes/{node}/config";
  assertEquals((await company.lost(operation, { node, delete: "acmedomain0" })).length, 1);
  assertEquals(
    (await company.lost(operation, { node, acmedomain0: "domain=other.example" })).length,
    1,
  );
  assertEquals(await company.lost(operation, { node, acmedomain1: "domain=other.example" }), []);
  assertEquals(await company.lost(operation, { node, delete: "acmedomain1,description" }), []);
  const key = "PUT /nodes/{node}/subscription";
  assertEquals((await company.lost(key, { node, key: "pve1c-0000000000" })).length, 1);
  assertEquals(await company.lost(key, { node, key: "pve2b-0123456789" }), []);
});

Deno.test("a repository that is turned off is lost, not one that is off", async () => {
  const company = new Company(TABLE);
  const operation = "POST /nodes/{node}/apt/repositories";
  const one = { node, path: "/etc/apt/sources.list.d/pve-enterprise.sources", index: 0 };
  assertEquals(await company.lost(operation, { ...one, enabled: 0 }), [
    "packages and updates of pve1 from https://enterprise.proxmox.com/debian/pve trixie pve-enterprise",
  ]);
  assertEquals(await company.lost(operation, { ...one, enabled: 1 }), []);
  await company.change(operation, { ...one, enabled: 0 });
  assertEquals(await company.lost(operation, { ...one, enabled: 0 }), []);
});
