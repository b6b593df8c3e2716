import { assert } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_ha_resource shows HA and puts guests under it", "proxmox_ha_resource", [
  { call: { action: "list" }, rows: [{ sid: "vm:100", type: "vm", state: "started" }] },
  { call: { action: "list", type: "ct" }, says: ["HA resources: 0"] },
  { call: { action: "get", sid: "vm:100" }, data: { state: "started", digest: /./ } },
  {
    call: { action: "status" },
    says: ["State of HA", "service:vm:100", "lrm:pve3"],
    rows: [{ id: "quorum", type: "quorum", node: "pve1", status: "OK" }],
  },
  {
    call: { action: "create", sid: "ct:200", max_restart: 3, comment: "DNS" },
    says: ["ct:200 is under HA"],
    sends: "POST /cluster/ha/resources sid=ct:200&max_restart=3&comment=DNS",
  },
  {
    call: { action: "update", sid: "ct:200", state: "ignored", comment: "" },
    sends: "PUT /cluster/ha/resources/ct:200 state=ignored&delete=comment",
  },
  {
    call: { action: "delete", sid: "ct:200" },
    says: ["ct:200 is no longer under HA"],
    sends: "DELETE /cluster/ha/resources/ct:200",
  },
]);

testSteps(
  "HA tells names and nodes of its guests, and disks that are not shared",
  "proxmox_ha_resource",
  [
    {
      call: { action: "create", sid: "dns01" },
      says: [
        "Not shared: rootfs on local-lvm. If pve1 fails, HA can start dns01 (200) elsewhere only from a replica",
      ],
    },
    { call: { action: "create", sid: "db01" }, hides: ["Not shared"] },
    {
      call: { action: "list" },
      rows: [
        { sid: "vm:100", name: "web01", node: "pve1", local_disks: null },
        { sid: "ct:200", name: "dns01", node: "pve1", local_disks: "rootfs on local-lvm" },
      ],
    },
    { call: { action: "get", sid: "ct:200" }, data: { name: "dns01", node: "pve1" } },
    { call: { action: "status" }, rows: [{ sid: "vm:101", name: "web02", node: "pve2" }] },
  ],
);

Deno.test("the disks of a VM under HA are told, cards and CDs are not", async () => {
  await using harness = await connect();
  const gitlab = harness.simulator.cluster.guests.get(104);
  assert(gitlab);
  gitlab.config.ide2 = "local:iso/debian.iso,media=cdrom";
  await walk(harness, "proxmox_ha_resource", [{
    call: { action: "create", sid: "gitlab" },
    says: ["Not shared: scsi0 on local-lvm. If pve3 fails"],
  }]);
});

testSteps("proxmox_ha_resource explains what PVE refuses", "proxmox_ha_resource", [
  {
    call: { action: "create", sid: "vm:102", group: "main" },
    fails: true,
    says: ["ha groups have been migrated to rules", "proxmox_ha_rule"],
  },
  { call: { action: "get", sid: "vm:102" }, fails: true, says: ["no such resource 'vm:102'"] },
  { call: { action: "update", sid: "vm:102" }, fails: true, says: ["vm:102"] },
  { call: { action: "delete", sid: "vm:102" }, fails: true, says: ["not HA managed"] },
  { call: { action: "create", sid: "vm:4711" }, fails: true, says: ["vm:4711"] },
  { call: { action: "create", sid: "vm 1" }, fails: true, says: ["sid: "], sends: "" },
  {
    call: { action: "update", sid: "vm:100", state: "on" },
    fails: true,
    says: ["state: ", "started, stopped"],
    sends: "",
  },
]);

testSteps("proxmox_ha_resource says which privilege it takes", "proxmox_ha_resource", [
  { call: { action: "status" }, fails: true, says: ["lacks Sys.Audit on /"] },
], { token: "limited" });
