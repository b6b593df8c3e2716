/** What Proxmox VE takes though there is no such thing, and what it refuses after it did a part. */
import { connect } from "../harness.ts";
import { testSteps, walk } from "./steps.ts";

testSteps("a user of a realm that there is not is made, and the answer says so", "proxmox_user", [
  {
    call: { action: "create", userid: "joe@nowhere" },
    says: ["User joe@nowhere is created", 'There is no realm "nowhere"'],
  },
  { call: { action: "create", userid: "joe@pve" }, hides: ["There is no realm"] },
]);

testSteps("numbers that no guest has come into a pool, and the answer says so", "proxmox_pool", [
  {
    call: { action: "update", poolid: "development", vms: "9999,200", "allow-move": true },
    says: ['Pool "development" is updated', 'There is no guest "9999" that the token may see'],
    hides: ['guest "200"'],
  },
]);

testSteps("a bond of nothing is staged, and the answer says so", "proxmox_node_network_iface", [
  {
    call: { action: "create", node: "pve1", iface: "bond9", type: "bond" },
    says: ["bond9 is created", "It has no ports"],
  },
]);

const JOB = { schedule: "01:00", vmid: "100" };

testSteps(
  "a backup job on a missing storage is made, and the answer says so",
  "proxmox_cluster_backup_job",
  [
    {
      call: { action: "create", ...JOB, storage: "nix" },
      says: ["The backup job is created", 'There is no storage "nix"'],
    },
    { call: { action: "create", ...JOB, storage: "nas" }, hides: ["There is no storage"] },
  ],
);

testSteps("a VM on a missing bridge is made, and the answer says so", "proxmox_create_vm", [
  {
    call: { node: "pve1", vmid: 800, net0: "virtio,bridge=vmbr99" },
    says: ["Created VM 800", "pve1 has no bridge vmbr99"],
  },
  { call: { node: "pve1", vmid: 801, net0: "virtio,bridge=vmbr0" }, hides: ["has no bridge"] },
]);

testSteps("a card on a missing bridge is told as well", "proxmox_guest_config_update", [
  {
    call: { vmid: 107, config: { net1: "virtio,bridge=vmbr98" } },
    says: ["Changed the configuration", "pve3 has no bridge vmbr98"],
  },
]);

Deno.test("a device that the guest does not let go is pending, and the answer to the failure says so", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "guest-deaf", vmid: 103 });
  await walk(harness, "proxmox_guest_network", [{
    call: { action: "remove", vmid: 103, net: "net0" },
    fails: true,
    says: ["still busy in guest?", "net0 is ", "→ removed (pending)"],
  }]);
});

testSteps(
  "a container's change that is refused for one key tells of the others",
  "proxmox_guest_config_update",
  [
    {
      call: { vmid: 200, config: { net1: "name=eth1,bridge=vmbr99", description: "new" } },
      fails: true,
      says: ["unable to hotplug net1", "description is new", "net1 is unset → name=eth1"],
    },
  ],
);

Deno.test("a cluster without quorum is named as what refuses", async () => {
  await using harness = await connect();
  for (const node of ["pve2", "pve3"]) harness.simulator.faults.add({ kind: "node-offline", node });
  await walk(harness, "proxmox_guest_snapshot", [{
    call: { action: "create", vmid: 103, snapname: "s1" },
    fails: true,
    says: ["cluster not ready - no quorum?", "proxmox_cluster action=status"],
  }]);
});

testSteps(
  "names that Proxmox VE refuses come with the tool that lists what there is",
  "proxmox_acl",
  [
    {
      call: { action: "update", path: "/vms/100", roles: "PVEAdmin", groups: "admns" },
      fails: true,
      says: ["group 'admns' does not exist", "proxmox_group action=list"],
    },
    {
      call: { action: "update", path: "/vms/100", roles: "PVEAdmin", users: "rot@pam" },
      fails: true,
      says: ["user 'rot@pam' does not exist", "proxmox_user action=list"],
    },
  ],
);

testSteps("a user who is not there is no matter of the group's", "proxmox_group", [{
  call: { action: "update", groupid: "admins", users: "alice@pve,nobody@pve" },
  fails: true,
  says: ["no such user ('nobody@pve')", "proxmox_user action=list"],
  hides: ["proxmox_group action=list"],
}]);

testSteps("a pool that is not there is no lack of a privilege", "proxmox_create_vm", [{
  call: { node: "pve1", pool: "prodction" },
  fails: true,
  says: ["pool 'prodction' does not exist", "proxmox_pool action=list"],
  hides: ["lacks"],
}]);
