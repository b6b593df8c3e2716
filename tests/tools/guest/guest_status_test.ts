import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_status shows all, and the addresses that can be had",
  "proxmox_guest_status",
  [
    {
      call: { vmid: "web01" },
      says: [
        "web01 (100), VM on pve1: running",
        "does not look into its disks; proxmox_agent_info operation=fsinfo asks the guest",
      ],
      data: {
        qmpstatus: "running",
        tags: "production;web",
        addresses: { "ens18": ["198.51.100.101/24"] },
      },
    },
    {
      call: { vmid: 200 },
      says: ["container on pve1"],
      data: { addresses: { "eth0": ["198.51.100.201/24"] } },
    },
    { call: { vmid: "gitlab" }, says: ["No addresses: QEMU guest agent is not running"] },
    { call: { vmid: "ci-runner01" }, says: [": paused", "No addresses: it is paused"] },
    { call: { vmid: "proxy01" }, says: [": stopped", "No addresses: it does not run"] },
    {
      call: { vmid: "web1", node: "pve2", type: "lxc" },
      fails: true,
      says: ['There is no guest "web1"', "web01 (100, VM on pve1"],
    },
    {
      call: { vmid: "web01", node: "pve2", type: "lxc" },
      says: ["It is on pve1, not on pve2", "the given type was corrected"],
    },
  ],
);

Deno.test("proxmox_guest_status says which privilege asking the agent needs", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "status",
    status: 403,
    message: "Permission check failed (/vms/100, VM.GuestAgent.Audit)",
    match: { path: "/agent/" },
  });
  const { text, isError } = await harness.call("proxmox_guest_status", { vmid: 100 });
  assertEquals(isError, false);
  assert(text.includes("No addresses: Permission check failed"), text);
  assert(text.includes("asking the guest agent needs VM.GuestAgent.Audit"), text);
});
