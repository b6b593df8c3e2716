import { testSteps } from "../steps.ts";

testSteps("proxmox_acl finds entries by path, user, group and role", "proxmox_acl", [
  { call: { action: "get" }, says: ["Permissions: 10"] },
  {
    call: { action: "get", userid: "monitoring@pve" },
    says: ["Permissions: 2", "monitoring@pve!exporter"],
  },
  { call: { action: "get", groupid: "helpdesk" }, says: ["Permissions: 1", "GuestOperator"] },
  { call: { action: "get", path: "/", roleid: "Administrator" }, says: ["admins"] },
  {
    call: { action: "get", user: "bob@pve" },
    fails: true,
    says: ['Did you mean "userid"'],
  },
]);

testSteps("proxmox_acl tells the privileges of the token, or of a user", "proxmox_acl", [
  { call: { action: "effective", path: "/vms/100" }, says: ["VM.PowerMgmt"] },
  {
    call: { action: "effective", userid: "monitoring@pve" },
    says: ["Sys.Audit"],
    hides: ["VM.PowerMgmt"],
  },
]);

testSteps(
  "proxmox_acl grants roles to users, groups and tokens, and takes them away",
  "proxmox_acl",
  [
    {
      call: {
        action: "update",
        path: "/vms/100",
        roles: "PVEVMUser",
        users: "bob@pve",
        tokens: "bob@pve!ci",
        digest: "x",
      },
      says: ["The ACL of /vms/100 is updated", '"digest" was not used'],
      data: { "user bob@pve": "PVEVMUser", "token bob@pve!ci": "PVEVMUser" },
      sends: "PUT /access/acl path=/vms/100&roles=PVEVMUser&users=bob@pve&tokens=bob@pve!ci",
    },
    { call: { action: "get", path: "/vms/100" }, says: ["Permissions: 2"] },
    {
      call: { action: "delete", path: "/vms/100", roles: "PVEAdmin", users: "bob@pve" },
      fails: true,
      says: ["bob@pve has no PVEAdmin on /vms/100 itself"],
      sends: "",
    },
    {
      call: { action: "delete", path: "/vms/100", roles: "PVEVMUser", users: "bob@pve" },
      says: ["Took PVEVMUser away on /vms/100"],
      data: { "user bob@pve": undefined, "token bob@pve!ci": "PVEVMUser" },
      sends: "PUT /access/acl path=/vms/100&roles=PVEVMUser&users=bob@pve&delete=1",
    },
    { call: { action: "get", path: "/vms/100" }, says: ["Permissions: 1"] },
    {
      call: { action: "update", path: "/vms/100", roles: "Pilot", users: "bob@pve" },
      fails: true,
      says: ["role 'Pilot' does not exist"],
    },
  ],
);

testSteps("a path is read as Proxmox VE keeps it, however it is written", "proxmox_acl", [
  {
    call: { action: "update", path: "vms//100/", roles: "PVEVMUser", users: "bob@pve" },
    data: { "user bob@pve": "PVEVMUser" },
    hides: ["Nobody has a role"],
  },
  { call: { action: "get", path: "vms/100" }, rows: [{ path: "/vms/100", ugid: "bob@pve" }] },
  {
    call: { action: "delete", path: "vms/100", roles: "PVEVMUser", users: "bob@pve" },
    says: ["Nobody has a role on vms/100 itself any more"],
  },
  { call: { action: "get", path: "/" }, rows: [{ path: "/" }] },
]);

testSteps("proxmox_acl tells who has a privilege on a path, and how", "proxmox_acl", [
  {
    call: { action: "who", privilege: "VM.Allocate", path: "/vms/100" },
    says: ["have VM.Allocate on /vms/100"],
    rows: [{ who: "root@pam", via: "superuser" }, { who: "alice@pve", via: /group admins/ }],
    noRows: [{ who: "bob@pve" }],
  },
  {
    call: { action: "who", privilege: "VM.Fly", path: "/vms/100" },
    fails: true,
    says: ['There is no privilege "VM.Fly"'],
  },
]);
