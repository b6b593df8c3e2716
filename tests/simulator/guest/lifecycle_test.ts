import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a VM is made, cloned, made a template, branched and removed", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/qemu", {
    vmid: 120,
    name: "fresh",
    memory: 1024,
    scsi0: "ceph-vm:8",
    ide2: "local:iso/debian-13.2.0-amd64-netinst.iso,media=cdrom",
    net0: "virtio,bridge=vmbr0",
  });
  const taken = await client.ask("POST /nodes/pve2/qemu", { vmid: 120 });
  assertEquals(
    [taken.status, taken.reason],
    [500, "unable to create VM 120 - VM 120 already exists on node 'pve1'"],
  );
  assertEquals(await client.finish(upid), "OK");
  assertEquals(await client.log(upid), [
    "scsi0: successfully created disk 'ceph-vm:vm-120-disk-0,size=8G'",
    "TASK OK",
  ]);
  const config = await client.data("GET /nodes/pve1/qemu/120/config");
  assertEquals(
    [config.memory, config.boot, config.scsi0, config.lock],
    ["1024", "order=scsi0;ide2;net0", "ceph-vm:vm-120-disk-0,size=8G", undefined],
  );
  assertMatch(String(config.net0), /^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/);
  assertEquals(
    await client.task("POST /nodes/pve1/qemu/120/clone", { newid: 121, name: "copy" }),
    "OK",
  );
  const copy = await client.data("GET /nodes/pve1/qemu/121/config");
  assertEquals([copy.name, copy.scsi0], ["copy", "ceph-vm:vm-121-disk-0,size=8G"]);
  assert(copy.net0 !== config.net0);
  const linked = await client.ask("POST /nodes/pve1/qemu/120/clone", { newid: 122, full: 0 });
  assertEquals(
    linked.message,
    "Linked clone feature is not supported for 'ceph-vm:vm-120-disk-0' (scsi0)\n",
  );
  assertEquals(await client.task("POST /nodes/pve1/qemu/120/template"), "OK");
  assertEquals(await client.task("POST /nodes/pve1/qemu/120/clone", { newid: 122 }), "OK");
  // PVE::Storage::RBDPlugin (clone_image): the name of a linked clone begins with its base
  assertEquals(
    (await client.data("GET /nodes/pve1/qemu/122/config")).scsi0,
    "ceph-vm:base-120-disk-0/vm-122-disk-0,size=8G",
  );
  assertEquals(
    await client.task("DELETE /nodes/pve1/qemu/120"),
    "base volume 'ceph-vm:base-120-disk-0' is still in use by linked cloned",
  );
  assertEquals(await client.task("DELETE /nodes/pve1/qemu/122", { purge: 1 }), "OK");
  assertEquals(await client.task("DELETE /nodes/pve1/qemu/120", { purge: 1 }), "OK");
  assertEquals(
    client.simulator.cluster.storages.find("ceph-vm:base-120-disk-0", "pve1"),
    undefined,
  );
});

Deno.test("a creation that fails leaves nothing behind", async () => {
  const client = new TestClient();
  const missing = await client.ask("POST /nodes/pve1/qemu", { vmid: 120, scsi0: "nosuch:8" });
  assertEquals([missing.status, missing.message], [500, "storage 'nosuch' does not exist\n"]);
  const wrong = await client.ask("POST /nodes/pve1/qemu", { vmid: 120, scsi0: "local:8" });
  assertEquals(
    [wrong.status, wrong.errors],
    [400, { storage: "storage 'local' does not support vm images" }],
  );
  const status = await client.task("POST /nodes/pve3/qemu", {
    vmid: 120,
    scsi0: "local-lvm:1",
    scsi1: "scratch:100",
  });
  assertMatch(status, /^unable to create VM 120 - lvcreate .* insufficient free space/);
  assertEquals((await client.ask("GET /nodes/pve3/qemu/120/config")).status, 500);
  assertEquals(
    client.simulator.cluster.storages.find("local-lvm:vm-120-disk-0", "pve3"),
    undefined,
  );
  assertEquals(
    await client.task("POST /nodes/pve1/lxc", {
      vmid: 120,
      ostemplate: "local:vztmpl/nosuch.tar.zst",
      rootfs: "local-lvm:4",
    }),
    "unable to create CT 120 - volume 'local:vztmpl/nosuch.tar.zst' does not exist",
  );
  assertEquals(await client.data<string>("GET /cluster/nextid", { vmid: 120 }), "120");
});

Deno.test("a container is made of a template", async () => {
  const client = new TestClient();
  assertEquals(
    await client.task("POST /nodes/pve1/lxc", {
      vmid: 130,
      ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
      storage: "local-lvm",
      rootfs: 8,
      hostname: "fresh",
      net0: "name=eth0,bridge=vmbr0,ip=dhcp",
      start: 1,
    }),
    "OK",
  );
  const config = await client.data("GET /nodes/pve1/lxc/130/config");
  assertEquals(
    [config.hostname, config.rootfs, config.memory, config.ostype],
    ["fresh", "local-lvm:vm-130-disk-0,size=8G", 512, "debian"],
  );
  assertMatch(
    String(config.net0),
    /^name=eth0,bridge=vmbr0,hwaddr=BC:24:11:[^,]*,ip=dhcp,type=veth$/,
  );
  client.clock.advance(3_000);
  const addresses = await client.data<Row[]>("GET /nodes/pve1/lxc/130/interfaces");
  assertEquals(addresses.map((row) => row.name), ["lo", "eth0"]);
});

Deno.test("guests are not removed while something speaks against it", async () => {
  const client = new TestClient();
  const messages: [string, string][] = [
    ["DELETE /nodes/pve2/qemu/106", "can't remove VM 106 - protection mode enabled\n"],
    ["DELETE /nodes/pve3/qemu/104", "VM 104 is running - destroy failed\n"],
    ["DELETE /nodes/pve1/lxc/200", "unable to destroy CT 200 - container is running\n"],
  ];
  for (const [request, message] of messages) {
    const answer = await client.ask(request);
    assertEquals([answer.status, answer.message], [500, message]);
  }
  assertEquals(await client.task("DELETE /nodes/pve1/lxc/200", { force: 1 }), "OK");
});

Deno.test("disks grow and move", async () => {
  const client = new TestClient();
  const disk = { disk: "scsi0" };
  assertEquals(
    await client.task("PUT /nodes/pve3/qemu/107/resize", { ...disk, size: "+16G" }),
    "OK",
  );
  assertEquals(
    await client.task("PUT /nodes/pve3/qemu/107/resize", { ...disk, size: "1G" }),
    "shrinking disks is not supported",
  );
  assertEquals(
    await client.task("PUT /nodes/pve3/qemu/107/resize", { disk: "scsi5", size: "1G" }),
    "disk 'scsi5' does not exist",
  );
  const kept = await client.ask("POST /nodes/pve3/qemu/107/move_disk", {
    ...disk,
    storage: "tank",
    delete: 1,
  });
  assertEquals(kept.message, "you can't move a disk with snapshots and delete the source\n");
  assertEquals(await client.task("DELETE /nodes/pve3/qemu/107/snapshot/clean"), "OK");
  const upid = await client.data<string>("POST /nodes/pve3/qemu/107/move_disk", {
    ...disk,
    storage: "tank",
    delete: 1,
  });
  client.clock.advance(1_500);
  const growing = await client.log(upid);
  assertMatch(growing.at(-1) ?? "", /^transferred .* of 80\.0 GiB \(\d+\.00%\)$/);
  assertEquals(await client.finish(upid), "OK");
  assertEquals(
    (await client.data("GET /nodes/pve3/qemu/107/config")).scsi0,
    "tank:vm-107-disk-0,iothread=1,size=80G",
  );
});

Deno.test("the guest agent answers where there is one", async () => {
  const client = new TestClient();
  const agent = "/nodes/pve1/qemu/100/agent";
  const { pid } = await client.data(`POST ${agent}/exec`, { command: "hostname" });
  assertEquals(await client.data(`GET ${agent}/exec-status`, { pid: Number(pid) }), {
    exited: 1,
    exitcode: 0,
    "out-data": "web01\n",
  });
  await client.data(`POST ${agent}/file-write`, { file: "/root/x", content: "hello" });
  const read = await client.data(`GET ${agent}/file-read`, { file: "/root/x" });
  assertEquals(read.content, "hello");
  const wide = { file: "/root/x", content: "→" };
  assertEquals((await client.ask(`POST ${agent}/file-write`, wide)).status, 500);
  const undecoded = { file: "/root/x", decode: 0 };
  assertEquals((await client.data(`GET ${agent}/file-read`, undecoded)).content, btoa("hello"));
  const messages: [string, string][] = [
    ["/nodes/pve3/qemu/104", "QEMU guest agent is not running\n"],
    ["/nodes/pve3/qemu/107", "No QEMU guest agent configured\n"],
    ["/nodes/pve3/qemu/105", "QEMU guest agent is not running\n"],
  ];
  for (const [path, message] of messages) {
    assertEquals((await client.ask(`POST ${path}/agent/ping`)).message, message);
  }
});

Deno.test("many guests start and move at once", async () => {
  const client = new TestClient();
  assertEquals(await client.task("POST /nodes/pve2/stopall"), "OK");
  const running = client.simulator.cluster.guestsOf("pve2").filter(({ status }) =>
    status === "running"
  );
  assertEquals(running.map(({ vmid }) => vmid), [101], "left to HA");
  assertEquals(await client.task("POST /nodes/pve2/startall"), "OK");
  const guests = client.simulator.cluster.guestsOf("pve2").filter(({ config }) => config.onboot);
  assert(guests.length > 1 && guests.every(({ status }) => status === "running"));
  assertEquals(await client.task("POST /nodes/pve1/migrateall", { target: "pve2" }), "OK");
  assertEquals(client.simulator.cluster.guests.get(103)?.node, "pve1", "its disks are local");
  assertEquals(client.simulator.cluster.guests.get(202)?.node, "pve2");
  client.clock.advance(10_000);
  assertEquals(client.simulator.cluster.guests.get(100)?.node, "pve1", "101 is on pve2");
  assertEquals(await client.task("POST /nodes/pve1/migrateall", { target: "pve3" }), "OK");
  client.clock.advance(10_000);
  assertEquals((await client.data("GET /nodes/pve3/qemu/100/status/current")).status, "running");
});

Deno.test("containers refuse clones, sizes and moves in words of their own", async () => {
  const client = new TestClient();
  const running = await client.ask("POST /nodes/pve1/lxc/202/clone", { newid: 150 });
  assertEquals(
    running.message,
    "Full clone of a running container is only possible from a snapshot\n",
  );
  assertEquals(
    await client.task("POST /nodes/pve1/lxc/202/clone", { newid: 150, snapname: "monday" }),
    "OK",
  );
  assertEquals((await client.data("GET /nodes/pve1/lxc/150/config")).hostname, "mail01");
  const smaller = await client.ask("PUT /nodes/pve1/lxc/202/resize", {
    disk: "rootfs",
    size: "1G",
  });
  assertEquals(smaller.message, "unable to shrink disk size\n");
  const away = await client.ask("POST /nodes/pve2/lxc/204/clone", { newid: 151, target: "pve1" });
  assertEquals(away.message, "can't clone CT to node 'pve1' (CT uses local storage)\n");
});

Deno.test("a disk is given to another VM", async () => {
  const client = new TestClient();
  await client.data("PUT /nodes/pve3/qemu/107/config", { scsi1: "local-lvm:4" });
  const running = await client.ask("POST /nodes/pve3/qemu/104/move_disk", {
    disk: "scsi0",
    "target-vmid": 107,
    "target-disk": "scsi5",
  });
  assertEquals(
    running.message,
    "Cannot move disk to another VM while the source VM is running - detach first\n",
  );
  assertEquals(
    await client.task("POST /nodes/pve3/qemu/107/move_disk", {
      disk: "scsi1",
      "target-vmid": 104,
      "target-disk": "scsi5",
    }),
    "OK",
  );
  assertEquals(
    (await client.data("GET /nodes/pve3/qemu/104/config")).scsi5,
    "local-lvm:vm-104-disk-1,size=4G",
  );
  assertEquals((await client.data("GET /nodes/pve3/qemu/107/config")).scsi1, undefined);
});
