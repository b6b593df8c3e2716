import { assertEquals, assertMatch } from "../../assert.ts";
import { parseUpid } from "../../../src/pve/upid.ts";
import { type Form, TestClient } from "../client.ts";

const VM = "/nodes/pve3/qemu/107";

async function refused(client: TestClient, params: Form): Promise<[number, unknown]> {
  const { status, errors, message } = await client.ask(`POST ${VM}/move_disk`, params);
  return [status, errors ?? message?.trim()];
}

// PVE::API2::Qemu (move_vm_disk), PVE::Tools::assert_if_modified
Deno.test("a move of a disk is checked at once, and locks no VM", async () => {
  const client = new TestClient();
  const disk = { disk: "scsi0" };
  const neither = "both 'storage' and 'target-vmid' missing, either needs to be set";
  const both = "either set 'storage' or 'target-vmid', but not both";
  assertEquals(await refused(client, disk), [
    400,
    { "target-vmid": neither, storage: neither },
  ]);
  assertEquals(await refused(client, { ...disk, storage: "tank", "target-vmid": 104 }), [
    400,
    { "target-vmid": both, storage: both },
  ]);
  assertEquals(await refused(client, { ...disk, storage: "local-lvm" }), [
    500,
    "you can't move to the same storage with same format",
  ]);
  assertEquals(await refused(client, { ...disk, storage: "local" }), [
    400,
    { storage: "storage 'local' does not support vm images" },
  ]);
  assertEquals(await refused(client, { ...disk, storage: "tank", digest: "x" }), [
    500,
    "detected modified configuration - file changed by other user? Try again.",
  ]);
  const upid = await client.data<string>(`POST ${VM}/move_disk`, { ...disk, storage: "tank" });
  assertEquals((await client.data(`GET ${VM}/config`)).lock, undefined);
  assertEquals(await client.finish(upid), "OK");
  const config = await client.data(`GET ${VM}/config`);
  assertEquals([config.scsi0, config.unused0], [
    "tank:vm-107-disk-0,iothread=1,size=64G",
    "local-lvm:vm-107-disk-0",
  ]);
});

Deno.test("a disk goes to another VM under a task that names both places", async () => {
  const client = new TestClient();
  await client.data(`PUT ${VM}/config`, { scsi1: "local-lvm:4", boot: "order=scsi0;scsi1" });
  const target = { disk: "scsi1", "target-vmid": 104 };
  const cases: [Form, [number, unknown]][] = [
    [{ ...target, "target-vmid": 999 }, [500, "could not find target VM 999"]],
    [{ ...target, "target-vmid": 107 }, [
      400,
      { "target-vmid": "must be different than source VMID to reassign disk" },
    ]],
    [{ ...target, disk: "scsi7" }, [500, "Disk 'scsi7' for VM '107' does not exist"]],
    [{ ...target, "target-disk": "scsi0" }, [
      500,
      "Target disk key 'scsi0' is already in use for VM '104'",
    ]],
    [{ ...target, disk: "scsi0", "target-disk": "scsi5" }, [
      500,
      "Can't move disk used by a snapshot to another VM",
    ]],
    [{ ...target, "target-digest": "x" }, [
      500,
      "VM 104: detected modified configuration - file changed by other user? Try again.",
    ]],
  ];
  for (const [params, answer] of cases) assertEquals(await refused(client, params), answer);
  const upid = await client.data<string>(`POST ${VM}/move_disk`, target);
  assertEquals(parseUpid(upid)?.id, "107-scsi1>104-scsi1");
  assertEquals(await client.finish(upid), "OK");
  assertEquals(await client.log(upid), [
    "reassign disk 'scsi1' from VM '107' as 'scsi1' to VM '104'",
    "removing disk 'scsi1' from VM '107' config",
    "update VM 104: -scsi1 local-lvm:vm-104-disk-1",
    "TASK OK",
  ]);
  const config = await client.data(`GET ${VM}/config`);
  assertEquals([config.scsi1, config.boot], [undefined, "order=scsi0"]);
});

// PVE::Storage::LVMPlugin (alloc_image, volume_resize): thick volumes need their room at once
Deno.test("a disk on thick LVM grows as long as there is room", async () => {
  const client = new TestClient();
  const made = await client.task("POST /nodes/pve3/qemu", { vmid: 120, scsi0: "scratch:2" });
  assertEquals(made, "OK");
  const grow = (size: string): Promise<string> =>
    client.task("PUT /nodes/pve3/qemu/120/resize", { disk: "scsi0", size });
  assertEquals(await grow("+1G"), "OK");
  assertMatch(
    await grow("+10G"),
    /^error resizing volume '\/dev\/scratch\/vm-120-disk-0': {3}Insufficient free space: 2560 extents/,
  );
  assertEquals(
    (await client.data("GET /nodes/pve3/qemu/120/config")).scsi0,
    "scratch:vm-120-disk-0,size=3G",
  );
});
