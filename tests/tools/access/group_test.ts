import { testSteps } from "../steps.ts";

testSteps("proxmox_group lists groups and shows one", "proxmox_group", [
  {
    call: { action: "list" },
    rows: [{ groupid: "admins", users: "alice@pve", comment: "System administrators" }],
  },
  { call: { action: "get", groupid: "admins" }, says: ['Group "admins"', "alice@pve"] },
  { call: { action: "get", groupid: "none" }, fails: true, says: ["does not exist"] },
]);

testSteps("proxmox_group sets its users by way of the users", "proxmox_group", [
  {
    call: { action: "create", groupid: "ops", users: "bob@pve,carol@pve", comment: "On call" },
    says: ['Group "ops" is created', "bob@pve was added", "carol@pve was added"],
    sends: "PUT /access/users/carol@pve groups=helpdesk,ops",
  },
  { call: { action: "create", groupid: "ops" }, fails: true, says: ["already exists"] },
  {
    call: { action: "update", groupid: "ops", users: ["alice@pve"], append: true },
    says: ['Group "ops" has also the members alice@pve', "alice@pve was added"],
    sends: "PUT /access/users/alice@pve groups=admins,ops",
  },
  {
    call: { action: "update", groupid: "ops", users: "alice@pve", delete: "comment" },
    says: ["has exactly the members alice@pve", "bob@pve was removed", "carol@pve was removed"],
  },
  { call: { action: "get", groupid: "ops" }, data: { members: ["alice@pve"] }, hides: ["On call"] },
  {
    call: { action: "update", groupid: "ops", users: "dave@pve" },
    fails: true,
    says: ["no such user ('dave@pve')"],
    hides: ["was added", "was removed"],
    sends: "PUT /access/users/dave@pve groups=ops&append=1",
  },
  {
    call: { action: "update", groupid: "ops", comment: "Night", digest: "x" },
    says: ['Group "ops" is updated', '"digest" was not used'],
    sends: "PUT /access/groups/ops comment=Night",
  },
  { call: { action: "delete", groupid: "ops" }, says: ['Group "ops" is deleted'] },
  { call: { action: "delete", groupid: "ops" }, fails: true, says: ["does not exist"] },
]);
