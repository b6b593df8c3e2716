import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";

Deno.test("an imported disk is the only one, and the answer says how it grows", async () => {
  await using harness = await connect();
  const { guests } = harness.simulator.cluster;
  const [image] = String(guests.get(101)?.config.scsi0).split(",");
  const scsi0 = `local-lvm:0,import-from=${image}`;
  const answer = await harness.call("proxmox_create_vm", {
    ...{ node: "pve2", vmid: 510, scsi0, disk_size: "64G" },
  });
  assertDone(answer, /Created VM 510 on pve2/);
  assertStringIncludes(
    answer.text,
    "proxmox_guest_disk_resize vmid=510 disk=scsi0 size=64G grows it",
  );
  const disks = Object.keys(guests.get(510)?.config ?? {}).filter((key) => /^scsi\d/.test(key));
  assertEquals(disks, ["scsi0"]);
});
