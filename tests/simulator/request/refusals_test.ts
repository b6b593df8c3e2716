import { assertEquals } from "../../assert.ts";
import { type Form, TestClient } from "../client.ts";

const ISO = "local:iso/missing.iso";

/** A refused call: its status, and what it says of parameters or else at all. */
async function refused(
  client: TestClient,
  request: string,
  params: Form,
): Promise<[number, unknown]> {
  const { status, errors, message } = await client.ask(request, params);
  return [status, errors ?? message?.trim()];
}

// PVE::API2::Qemu (create_disks), PVE::Storage::Plugin (activate_volume)
Deno.test("an image that is not there fails the creation's task, a change at once, a start", async () => {
  const client = new TestClient();
  const create: Form = { vmid: 120, ide2: `${ISO},media=cdrom` };
  assertEquals(
    await client.task("POST /nodes/pve1/qemu", create),
    `unable to create VM 120 - volume '${ISO}' does not exist`,
  );
  assertEquals((await client.ask("GET /nodes/pve1/qemu/120/config")).status, 500);
  const config = "/nodes/pve3/qemu/107/config";
  assertEquals(await refused(client, `PUT ${config}`, { ide2: `${ISO},media=cdrom` }), [
    500,
    `volume '${ISO}' does not exist`,
  ]);
  const there = "local:iso/virtio-win-0.1.285.iso";
  await client.data(`PUT ${config}`, { ide2: `${there},media=cdrom` });
  client.simulator.cluster.storages.remove(there, "pve3");
  assertEquals(
    await client.task("POST /nodes/pve3/qemu/107/status/start"),
    `volume '${there}' does not exist`,
  );
});

// PVE::API2::Qemu (check_storage_access, check_drive_param), PVE::Storage (check_volume_access)
Deno.test("what is wrong with a disk's text is refused before the work", async () => {
  const client = new TestClient();
  const iso = "local:iso/debian-13.2.0-amd64-netinst.iso";
  const cases: [string, number, unknown][] = [
    ["nosuch:8", 500, "storage 'nosuch' does not exist"],
    ["nas:iso/nope", 500, "unable to parse directory volume name 'iso/nope'"],
    ["local-lvm:nope", 500, "unable to parse lvm volume name 'nope'"],
    ["local:8", 400, { storage: "storage 'local' does not support vm images" }],
    [iso, 400, { scsi0: "explicit 'media=cdrom' is required for iso images" }],
    ["local:vztmpl/a.tar.zst", 400, { scsi0: "content type needs to be 'images' or 'iso'" }],
  ];
  for (const [scsi0, status, message] of cases) {
    const answer = await refused(client, "POST /nodes/pve1/qemu", { vmid: 120, scsi0 });
    assertEquals(answer, [status, message], scsi0);
  }
  // The storages of new disks are looked at before the number is; where they are, by the worker.
  const taken = await refused(client, "POST /nodes/pve1/qemu", { vmid: 100, scsi0: "nosuch:8" });
  assertEquals(taken, [500, "storage 'nosuch' does not exist"]);
  assertEquals(
    await client.task("POST /nodes/pve1/qemu", { vmid: 120, scsi0: "scratch:8" }),
    "unable to create VM 120 - storage 'scratch' is not available on node 'pve1'",
  );
  assertEquals(
    await client.task("POST /nodes/pve1/qemu", { vmid: 120, scsi0: "local-lvm:vm-120-disk-7" }),
    "unable to create VM 120 - can't activate LV '/dev/pve/vm-120-disk-7':   " +
      'Failed to find logical volume "pve/vm-120-disk-7"',
  );
});

// PVE::API2::LXC, PVE::LXC::Create, PVE::Storage (abs_filesystem_path)
Deno.test("a container's template, number and storages are looked at in PVE's order", async () => {
  const client = new TestClient();
  const base: Form = { ostemplate: "local:vztmpl/missing.tar.zst", rootfs: "local-lvm:4" };
  assertEquals(await refused(client, "POST /nodes/pve1/lxc", { ...base, vmid: 200 }), [
    500,
    "CT 200 already exists on node 'pve1'",
  ]);
  assertEquals(
    await refused(client, "POST /nodes/pve1/lxc", { ...base, vmid: 120, ostemplate: ISO }),
    [500, `unable to use volume ${ISO} - content type needs to be 'vztmpl'`],
  );
  assertEquals(
    await refused(client, "POST /nodes/pve1/lxc", { ...base, vmid: 120, rootfs: "local:4" }),
    [400, { storage: "storage 'local' does not support container directories" }],
  );
  assertEquals(
    await client.task("POST /nodes/pve1/lxc", { ...base, vmid: 120 }),
    "unable to create CT 120 - volume 'local:vztmpl/missing.tar.zst' does not exist",
  );
});

// PVE::QemuServer (print_netdevice_full), PVE::Network (read_bridge_mtu), pve-bridge, PVE::LXC
Deno.test("a bridge that is not there lets the start fail, by kind of network card", async () => {
  const client = new TestClient();
  const vm = "/nodes/pve3/qemu/107";
  await client.data(`PUT ${vm}/config`, { net0: "virtio,bridge=vmbr9" });
  assertEquals(
    await client.task(`POST ${vm}/status/start`),
    "bridge 'vmbr9' does not exist",
  );
  await client.data(`PUT ${vm}/config`, { net0: "e1000,bridge=vmbr9" });
  const upid = await client.data<string>(`POST ${vm}/status/start`);
  assertEquals(await client.finish(upid), "start failed: QEMU exited with code 1");
  assertEquals(await client.log(upid), [
    "bridge 'vmbr9' does not exist",
    "kvm: -netdev type=tap,id=net0,ifname=tap107i0," +
    "script=/usr/libexec/qemu-server/pve-bridge," +
    "downscript=/usr/libexec/qemu-server/pve-bridgedown: network script " +
    "/usr/libexec/qemu-server/pve-bridge failed with status 512",
    "TASK ERROR: start failed: QEMU exited with code 1",
  ]);
  await client.data("PUT /nodes/pve2/lxc/204/config", { net0: "name=eth0,bridge=vmbr9,ip=dhcp" });
  assertEquals(
    await client.task("POST /nodes/pve2/lxc/204/status/start"),
    "startup for container '204' failed",
  );
  // A running VM keeps the change as pending, and says so with an error.
  const config = "/nodes/pve1/qemu/100/config";
  assertEquals(await refused(client, `PUT ${config}`, { net1: "virtio,bridge=vmbr9" }), [
    400,
    { net1: "hotplug problem - bridge 'vmbr9' does not exist\n" },
  ]);
  assertEquals((await client.data(`GET ${config}`, { current: 1 })).net1, undefined);
  assertEquals(String((await client.data(`GET ${config}`)).net1).endsWith("bridge=vmbr9"), true);
});

// PVE::QemuServer::check_bridge_access, PVE::LXC::check_bridge_access
Deno.test("a bridge can be used by those who have SDN.Use on it", async () => {
  const client = new TestClient();
  const acl = client.simulator.cluster.table("access.acl");
  const [viewer = ""] = client.simulator.tokens.limited.id.split("!");
  acl.set("/vms/104", { users: { [viewer]: { PVEVMAdmin: 1 } }, groups: {}, tokens: {} });
  client.use("limited");
  assertEquals(
    await refused(client, "PUT /nodes/pve3/qemu/104/config", { net1: "virtio,bridge=vmbr0,tag=7" }),
    [403, "Permission check failed (/sdn/zones/localnetwork/vmbr0/7, SDN.Use)"],
  );
});

// PVE::API2::Qemu (update_vm_api): what is checked of a change beyond its parameters
Deno.test("changes that make no sense are refused in PVE's words", async () => {
  const client = new TestClient();
  const config = "PUT /nodes/pve3/qemu/107/config";
  assertEquals(await refused(client, config, {}), [500, "no options specified"]);
  assertEquals(await refused(client, config, { delete: "nonsense" }), [
    400,
    { delete: "unknown option 'nonsense'" },
  ]);
  assertEquals(await refused(client, config, { name: "x", delete: "name" }), [
    400,
    { delete: "you can't use '-name' and -delete name' at the same time" },
  ]);
  assertEquals(await refused(client, config, { balloon: 99_999 }), [
    500,
    "balloon value too large (must be smaller than assigned memory)",
  ]);
  assertEquals(await refused(client, config, { boot: "order=scsi7" }), [
    500,
    "invalid bootorder: device 'scsi7' does not exist'",
  ]);
});
