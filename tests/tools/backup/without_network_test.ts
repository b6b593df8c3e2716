/** A backup is tried beside the guest that it is of. */
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";
import { testSteps } from "../steps.ts";

const VM = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const CT = "nas:backup/vzdump-lxc-202-2026_01_14-09_30_00.tar.zst";
const RESTORE = { action: "restore", node: "pve1" };

Deno.test("network=off restores with the link of every card down, and all else of it", async () => {
  await using harness = await connect();
  const { guests } = harness.simulator.cluster;
  for (const [vmid, archive, original] of [[980, VM, 100], [981, CT, 202]] as const) {
    const call = { ...RESTORE, vmid, archive, network: "off", start: true };
    const answer = await harness.call("proxmox_backup", call);
    assertDone(answer);
    assertEquals(answer.text.includes("same addresses"), false);
    const config = guests.get(vmid)?.config ?? {};
    const cards = Object.keys(config).filter((key) => /^net\d/.test(key));
    assertEquals(cards.length > 0, true);
    const before = guests.get(original)?.config ?? {};
    for (const key of cards) assertEquals(config[key], `${before[key]},link_down=1`);
  }
});

testSteps("a restore that starts says that the guest of its backup runs", "proxmox_backup", [
  {
    call: { ...RESTORE, vmid: 980, archive: VM, start: true },
    says: ["web01 (100", "runs: both have the same addresses", "network=off"],
  },
  { call: { ...RESTORE, vmid: 982, archive: VM }, hides: ["same addresses"] },
  {
    call: { ...RESTORE, vmid: 983, archive: VM, network: "none" },
    fails: true,
    says: ["network: "],
    sends: "",
  },
]);

Deno.test("a restore that starts is silent about a guest that is off", async () => {
  await using harness = await connect();
  assertDone(await harness.call("proxmox_guest_stop", { vmid: 100 }));
  const answer = await harness.call("proxmox_backup", {
    ...{ ...RESTORE, vmid: 980, archive: VM, start: true },
  });
  assertDone(answer);
  assertStringIncludes(answer.text, "status: running");
  assertEquals(answer.text.includes("same addresses"), false);
});
