import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_start starts a guest, and says how it stands when it cannot",
  "proxmox_guest_start",
  [
    {
      call: { vmid: "proxy01" },
      says: ["proxy01 (204) is running"],
      content: { task: { type: "vzstart" } },
    },
    {
      call: { vmid: "db01" },
      fails: true,
      says: ["VM 102 already running", "db01 (102) is running"],
    },
  ],
);

testSteps("proxmox_guest_stop stops a guest", "proxmox_guest_stop", [
  { call: { vmid: "gitlab" }, says: ["gitlab (104) is stopped"] },
  { call: { vmid: "proxy01" }, fails: true, says: ["CT 204 not running"] },
]);

testSteps("proxmox_guest_reboot reboots a guest", "proxmox_guest_reboot", [
  { call: { vmid: "gitlab", timeout: 60 }, says: ["gitlab (104) has rebooted"] },
  { call: { vmid: "proxy01" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_pause and what it takes: a running VM", "proxmox_guest_pause", [
  { call: { vmid: "web02" }, says: ["web02 (101) is suspended"] },
  { call: { vmid: "dns01" }, fails: true, says: ["It works on VMs only"] },
  { call: { vmid: "win11-test" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_resume continues a paused VM", "proxmox_guest_resume", [
  { call: { vmid: "ci-runner01" }, says: ["ci-runner01 (105) is running"] },
  { call: { vmid: "legacy-erp" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_shutdown shuts a guest down", "proxmox_guest_shutdown", [
  { call: { vmid: "gitlab" }, says: ["gitlab (104) is shut down"] },
  { call: { vmid: "proxy01" }, fails: true, says: ["not running"] },
]);

Deno.test("proxmox_guest_shutdown says that a guest still runs whose OS did not react", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "task-fails",
    message: "VM quit/powerdown failed - got timeout",
    type: "qmshutdown",
  });
  const { text, isError } = await harness.call("proxmox_guest_shutdown", { vmid: "gitlab" });
  assertEquals(isError, true);
  assert(text.includes("VM quit/powerdown failed - got timeout"), text);
  assert(text.includes("gitlab (104) is still running"), text);
  assert(text.includes("proxmox_guest_stop powers it off at once"), text);
});

Deno.test("proxmox_guest_stop says that a guest still runs when the time is over", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", type: "qmstop" });
  const { text, isError } = await harness.call("proxmox_guest_stop", { vmid: "gitlab", wait: 3 });
  assertEquals(isError, false);
  assert(text.includes("Stopping gitlab (104) has started and goes on"), text);
  assert(text.includes("gitlab (104) is still running"), text);
  assert(text.includes("proxmox_node_task action=wait"), text);
});

Deno.test("proxmox_guest_shutdown waits for HA, which acts after its task has ended", async () => {
  await using harness = await connect();
  const { text } = await harness.call("proxmox_guest_shutdown", { vmid: "web02" });
  assert(text.includes("web02 (101) is shut down"), text);
  const { text: state } = await harness.call("proxmox_guest_status", { vmid: "web02" });
  assert(state.includes("VM on pve2: stopped"), state);
});
