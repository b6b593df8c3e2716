/** Guests that arguments name besides the target, through a real client. */
import { testSteps } from "../tools/steps.ts";

testSteps("the id of an HA resource may be a guest's name or number", "proxmox_ha_resource", [
  ...["web01", "WEB01", "100", 100, "vm:web01", "vm:100"].map((sid) => ({
    call: { action: "get", sid },
    says: ["HA resource vm:100"],
  })),
  {
    call: { action: "create", sid: "dns01" },
    says: ["ct:200 is under HA"],
    sends: "POST /cluster/ha/resources sid=ct:200",
  },
  {
    call: { action: "delete", sid: "web0" },
    fails: true,
    says: ['There is no guest "web0"', "Did you mean web01"],
    sends: "",
  },
  {
    call: { action: "get", sid: "db01" },
    fails: true,
    says: ["no such resource 'vm:102'", "It is not under HA"],
  },
  { call: { action: "get", sid: "foo:1" }, fails: true, says: ["no such resource 'foo:1'"] },
  {
    call: { action: "get", sid: "web 01" },
    fails: true,
    says: ["expected name or number of a guest, or vm:100 or ct:100"],
    sends: "",
  },
]);

testSteps("a list of HA resources may hold guests' names", "proxmox_ha_rule", [
  {
    call: {
      action: "create",
      rule: "apart",
      type: "resource-affinity",
      resources: ["web01", "vm:101"],
      affinity: "negative",
    },
    says: ['HA rule "apart" is created'],
    sends:
      "POST /cluster/ha/rules rule=apart&type=resource-affinity&resources=vm:100,vm:101&affinity=negative",
  },
]);

testSteps("a list of numbers of guests may hold their names", "proxmox_pool", [
  {
    call: { action: "remove_members", poolid: "development", vms: "gitlab,105" },
    says: ['They are out of pool "development"'],
    sends: "PUT /pools poolid=development&vms=104,105&delete=1",
  },
  {
    call: { action: "update", poolid: "development", vms: "gitlab,nope" },
    fails: true,
    says: ['There is no guest "nope"'],
    sends: "",
  },
]);

testSteps("the number of a guest may be its name: of tasks", "proxmox_node_task", [
  ...["web01", "WEB01", "qemu/100", "100", 100].map((vmid) => ({
    call: { action: "list", node: "pve1", vmid, limit: 1 },
    rows: [{ type: "qmstart", id: "100" }],
  })),
  { call: { action: "list", node: "pve1", vmid: 999 }, says: ["Tasks of pve1: 0"] },
  {
    call: { action: "list", node: "pve1", vmid: "web0" },
    fails: true,
    says: ['There is no guest "web0"', "Did you mean web01"],
  },
  {
    call: { action: "list", node: "pve1", vmid: "web 01" },
    fails: true,
    says: [`expected a guest's number, got "web 01"`],
  },
]);

testSteps("the number of a guest may be its name: of contents", "proxmox_storage_content", [
  {
    call: { action: "list", storage: "local-lvm", node: "pve3", vmid: "gitlab" },
    hides: ["vm-105", "vm-107"],
  },
]);

testSteps("the number of a guest may be its name: of a restore", "proxmox_backup", [
  {
    call: {
      action: "restore",
      vmid: "web01",
      archive: "pbs-main:backup/vm/100/2026-01-14T02:00:00Z",
    },
    fails: true,
    says: ["Cannot restore to 100: web01 (100,", "force=true overwrites it"],
    sends: "",
  },
]);

testSteps("a guest that is named for a restore is protected as by its number", "proxmox_backup", [
  ...["legacy-erp", 106].map((vmid) => ({
    call: {
      action: "restore",
      vmid,
      archive: "pbs-main:backup/vm/106/2026-01-14T02:00:00Z",
      force: true,
    },
    fails: "denied" as const,
    says: ["is protected"],
    sends: "",
  })),
]);

testSteps("the number of a guest to come is no name", "proxmox_create_vm", [
  { call: { node: "pve1", vmid: "web01" }, fails: true, says: [`a guest's number, got "web01"`] },
]);

testSteps("the numbers of guests may be names in any call", "proxmox_api_call", [
  {
    call: {
      operation: "POST /cluster/bulk-action/guest/start",
      params: { vms: ["win11-test", 103] },
    },
    sends: "POST /cluster/bulk-action/guest/start vms=107&vms=103",
  },
  {
    call: { operation: "GET /nodes/pve1/replication", params: { guest: "nope" } },
    fails: true,
    says: ['There is no guest "nope"'],
  },
]);
