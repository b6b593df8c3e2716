import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { type Form, TestClient } from "../client.ts";

Deno.test("guests migrate, with their disks where storages are not shared", async () => {
  const client = new TestClient();
  const offline = await client.ask("POST /nodes/pve2/qemu/102/migrate", { target: "pve1" });
  assertEquals(offline.message, "can't migrate running VM without --online\n");
  const upid = await client.data<string>("POST /nodes/pve2/qemu/102/migrate", {
    target: "pve1",
    online: 1,
  });
  assertMatch(upid, /:qmigrate:102:/);
  const during = await client.data("GET /nodes/pve2/qemu/102/config");
  assertEquals(during.lock, "migrate");
  assertEquals(await client.finish(upid), "OK");
  assertEquals((await client.data("GET /nodes/pve1/qemu/102/status/current")).status, "running");
  const locked = await client.ask("POST /nodes/pve1/qemu/108/migrate", {
    target: "pve2",
    online: 1,
  });
  assertEquals(locked.message, "VM is locked (backup)\n");
  const move = (): Promise<string> =>
    client.task("POST /nodes/pve3/qemu/107/migrate", { target: "pve1" });
  // LVM cannot copy snapshots.
  assertEquals(await move(), "migration aborted");
  assertEquals(await client.task("DELETE /nodes/pve3/qemu/107/snapshot/clean"), "OK");
  assertEquals(await move(), "OK");
  assert(client.simulator.cluster.storages.find("local-lvm:vm-107-disk-0", "pve1"));
  assertEquals(
    client.simulator.cluster.storages.find("local-lvm:vm-107-disk-0", "pve3"),
    undefined,
  );
  const local = await client.ask("POST /nodes/pve1/qemu/107/migrate", { target: "pve1" });
  assertEquals(local.errors, { target: "target is local node." });
});

Deno.test("a migration that cannot be says why in its log alone", async () => {
  const client = new TestClient();
  const message = "Problem found while scanning volumes - can't migrate VM - check log";
  const failed = async (request: string, params: Form): Promise<string[]> => {
    const upid = await client.data<string>(request, params);
    assertEquals(await client.finish(upid), "migration aborted");
    // Each line but the last begins with its moment.
    return (await client.log(upid)).map((line) => line.replace(/^\d{4}-\S+ \S+ /, ""));
  };
  assertEquals(
    await failed("POST /nodes/pve3/qemu/104/migrate", { target: "pve1", online: 1 }),
    [
      "starting migration of VM 104 to node 'pve1' (192.0.2.11)",
      "can't migrate local disk 'local-lvm:vm-104-disk-0': can't live migrate attached local " +
      "disks without with-local-disks option",
      `ERROR: ${message}`,
      "aborting phase 1 - cleanup resources",
      `ERROR: migration aborted (duration 00:00:01): ${message}`,
      "TASK ERROR: migration aborted",
    ],
  );
  const iso = "local:iso/debian-13.2.0-amd64-netinst.iso";
  await client.data("PUT /nodes/pve3/qemu/107/config", { ide2: `${iso},media=cdrom` });
  const withCd = await failed("POST /nodes/pve3/qemu/107/migrate", { target: "pve1" });
  assertEquals(withCd[1], `can't migrate local disk '${iso}': local cdrom image`);
  client.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const offline = await failed("POST /nodes/pve2/qemu/102/migrate", { target: "pve3", online: 1 });
  assertEquals(
    offline.at(-2),
    "ERROR: migration aborted (duration 00:00:01): Can't connect to destination address using " +
      "public key",
  );
});

Deno.test("devices without a mapping on the target fail a migration in its task", async () => {
  const client = new TestClient();
  const guest = client.simulator.cluster.guests.get(107);
  assert(guest);
  const reason = async (): Promise<string | undefined> => {
    const upid = await client.data<string>("POST /nodes/pve3/qemu/107/migrate", { target: "pve1" });
    assertEquals(await client.finish(upid), "migration aborted");
    return /: (can't.*)$/.exec((await client.log(upid)).at(-2) ?? "")?.[1];
  };
  guest.config.hostpci0 = "0000:01:00.0";
  assertEquals(await reason(), "can't migrate VM which uses local devices: hostpci0");
  guest.config.hostpci0 = "mapping=gone";
  assertEquals(await reason(), "can't migrate to 'pve1': missing mapped devices hostpci0");
  const { local_resources, "mapped-resources": mapped } = await client.data(
    "GET /nodes/pve3/qemu/107/migrate",
  );
  assertEquals([local_resources, mapped], [[], ["hostpci0"]], "it blocks only a VM that runs");
});
