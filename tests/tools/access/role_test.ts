import { testSteps } from "../steps.ts";

testSteps("proxmox_role lists roles and shows one as an update takes it", "proxmox_role", [
  { call: { action: "list" }, says: ["PVEVMUser"] },
  { call: { action: "get", roleid: "PVEPoolUser" }, data: { privs: "Pool.Audit" } },
  { call: { action: "get", roleid: "None" }, fails: true, says: ["role 'None' does not exist"] },
]);

testSteps("proxmox_role creates, changes and deletes roles", "proxmox_role", [
  {
    call: { action: "create", roleid: "Ops", privs: ["VM.Audit", "VM.PowerMgmt"], comment: "x" },
    says: ['Role "Ops" is created', '"comment" was not used'],
    sends: "POST /access/roles roleid=Ops&privs=VM.Audit,VM.PowerMgmt",
  },
  { call: { action: "create", roleid: "Ops" }, fails: true, says: ["already exists"] },
  {
    call: { action: "create", roleid: "Bad", privs: "VM.Fly" },
    fails: true,
    says: ["privs: ", "VM.Fly"],
    sends: "",
  },
  {
    call: { action: "update", roleid: "Ops", privs: "VM.Console", append: true, delete: "x" },
    says: ['Role "Ops" is updated', '"delete" was not used'],
    sends: "PUT /access/roles/Ops privs=VM.Console&append=1",
  },
  { call: { action: "get", roleid: "Ops" }, says: ["VM.Audit,VM.Console,VM.PowerMgmt"] },
  {
    call: { action: "update", roleid: "Ops", comment: "Night shift" },
    fails: true,
    says: ["would take all of them away", "privs: is missing"],
    sends: "",
  },
  { call: { action: "update", roleid: "Nope", privs: "VM.Audit" }, fails: true },
  { call: { action: "delete", roleid: "Ops" }, says: ['Role "Ops" is deleted'] },
  { call: { action: "delete", roleid: "PVEAdmin" }, fails: true, says: ["PVEAdmin"] },
]);
