import { testSteps } from "../steps.ts";

testSteps("proxmox_user lists users with their groups, and shows one", "proxmox_user", [
  {
    call: { action: "list" },
    says: ["Users: 8"],
    rows: [{ userid: "alice@pve", enable: 1, expire: 0, groups: "admins", firstname: "Alice" }],
  },
  { call: { action: "list", enabled: false }, says: ["mallory@pve"], hides: ["alice@pve"] },
  { call: { action: "get", userid: "alice@pve" }, says: ["User alice@pve", "Berger"] },
  { call: { action: "get", userid: "dave@pve" }, fails: true, says: ["no such user"] },
]);

testSteps("proxmox_user creates and deletes users", "proxmox_user", [
  {
    call: { action: "create", userid: "dave@pve", groups: "admins", password: "secret-word" },
    says: ["User dave@pve is created"],
    hides: ["secret-word"],
    sends: "POST /access/users userid=dave@pve&groups=admins&password=secret-word",
  },
  { call: { action: "create", userid: "dave@pve" }, fails: true, says: ["already exists"] },
  {
    call: { action: "create", userid: "dave" },
    fails: true,
    says: ["userid: "],
    sends: "",
  },
  { call: { action: "delete", userid: "dave@pve" }, says: ["User dave@pve is deleted"] },
  { call: { action: "delete", userid: "dave@pve" }, fails: true, says: ["no such user"] },
]);

testSteps("proxmox_user updates and clears, but cannot set a password", "proxmox_user", [
  {
    call: {
      action: "update",
      userid: "bob@pve",
      groups: ["admins"],
      append: true,
      comment: "",
      digest: "x",
    },
    says: ["User bob@pve is updated", '"digest" was not used'],
    sends: "PUT /access/users/bob@pve groups=admins&append=1&comment=",
  },
  { call: { action: "get", userid: "bob@pve" }, says: ["admins", "developers"] },
  {
    call: { action: "update", userid: "bob@pve", delete: "email,expire" },
    sends: "PUT /access/users/bob@pve email=&expire=0",
  },
  { call: { action: "get", userid: "bob@pve" }, hides: ["email"] },
  {
    call: { action: "update", userid: "bob@pve", delete: "enable" },
    fails: true,
    says: ["delete: expected comment, email", 'got "enable"'],
    sends: "",
  },
  {
    call: { action: "update", userid: "bob@pve", password: "secret-word" },
    fails: true,
    says: ["Cannot change a password with an API token", "Nothing was sent", "pveum passwd"],
    hides: ["secret-word"],
    sends: "",
  },
]);
