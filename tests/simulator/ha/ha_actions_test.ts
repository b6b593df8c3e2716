import { assertEquals, assertMatch } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

async function statusOf(client: TestClient, path: string): Promise<unknown> {
  return (await client.data(`GET ${path}/status/current`)).status;
}

/** Types and users of the tasks about a guest, oldest first, apart from those of the past. */
async function tasksOf(client: TestClient, node: string, vmid: number): Promise<string[]> {
  const rows = await client.data<Row[]>(`GET /nodes/${node}/tasks`, { vmid, source: "all" });
  return rows.filter(({ starttime }) => Number(starttime) * 1000 >= client.clock.now() - 60_000)
    .map(({ type, user }) => `${type} ${user}`).reverse();
}

// PVE::API2::Qemu (vm_stop, vm_start), PVE::HA::Manager, PVE::HA::LRM
Deno.test("a VM under HA is only asked for; the managers stop and start it afterwards", async () => {
  const client = new TestClient();
  const vm = "/nodes/pve1/qemu/100";
  const stop = await client.data<string>(`POST ${vm}/status/stop`);
  assertMatch(stop, /:hastop:100:root@pam!demo:$/);
  assertEquals(await client.finish(stop), "OK");
  assertEquals(await client.log(stop), ["Requesting HA stop for VM 100", "TASK OK"]);
  assertEquals(await statusOf(client, vm), "running");
  client.clock.advance(8_000);
  assertEquals(await statusOf(client, vm), "stopped");
  assertEquals((await client.data("GET /cluster/ha/resources/vm:100")).state, "stopped");
  const start = await client.data<string>(`POST ${vm}/status/start`);
  assertMatch(start, /:hastart:100:/);
  assertEquals(await client.finish(start), "OK");
  assertEquals(await statusOf(client, vm), "stopped");
  client.clock.advance(8_000);
  assertEquals(await statusOf(client, vm), "running");
  assertEquals((await client.data("GET /cluster/ha/resources/vm:100")).state, "started");
  assertEquals(await tasksOf(client, "pve1", 100), [
    "hastop root@pam",
    "qmstop root@pam",
    "hastart root@pam",
    "qmstart root@pam",
  ]);
});

// PVE::API2::Qemu (vm_shutdown, vm_start): the running guest is asked for as well
Deno.test("HA shuts down with time, ignores what is ignored, and is not asked twice", async () => {
  const client = new TestClient();
  const vm = "/nodes/pve1/qemu/100";
  assertEquals(await client.task(`POST ${vm}/status/start`), "OK", "running, and only asked for");
  assertEquals(await client.task(`POST ${vm}/status/shutdown`), "OK");
  client.clock.advance(10_000);
  assertEquals(await tasksOf(client, "pve1", 100), [
    "hastart root@pam",
    "hastop root@pam",
    "qmshutdown root@pam",
  ]);
  await client.data("PUT /cluster/ha/resources/vm:100", { state: "ignored" });
  assertMatch(await client.data<string>(`POST ${vm}/status/start`), /:qmstart:100:/);
  const disk = await client.ask("POST /nodes/pve2/qemu/101/status/suspend", { todisk: 1 });
  assertEquals(disk.message, "Cannot suspend HA managed VM to disk\n");
  const overrule = await client.ask("POST /nodes/pve2/qemu/101/status/stop", {
    "overrule-shutdown": 1,
  });
  assertEquals(overrule.errors, { "overrule-shutdown": "Not applicable for HA resources." });
});

// PVE::API2::Qemu (migrate_vm), PVE::API2::LXC, PVE::HA::Resources::PVEVM and PVECT
Deno.test("HA migrates VMs as they run, and containers by stopping them", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/qemu/100/migrate", {
    target: "pve3",
    online: 1,
  });
  assertMatch(upid, /:hamigrate:100:/);
  assertEquals(await client.finish(upid), "OK");
  assertEquals(await client.log(upid), [
    "Requesting HA migration for VM 100 to node pve3",
    "TASK OK",
  ]);
  assertEquals(await statusOf(client, "/nodes/pve1/qemu/100"), "running");
  client.clock.advance(10_000);
  assertEquals(await statusOf(client, "/nodes/pve3/qemu/100"), "running");
  await client.data("POST /cluster/ha/resources", { sid: "ct:200" });
  await client.data("POST /cluster/ha/resources/ct:200/migrate", { node: "pve2" });
  client.clock.advance(8_000);
  assertEquals(await statusOf(client, "/nodes/pve1/lxc/200"), "stopped");
  client.clock.advance(15_000);
  assertEquals(await statusOf(client, "/nodes/pve2/lxc/200"), "running");
});
