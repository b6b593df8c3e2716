import { testSteps } from "../steps.ts";

testSteps("proxmox_domain lists realms and shows one without its secrets", "proxmox_domain", [
  {
    call: { action: "list" },
    rows: [{ realm: "corp", type: "ldap", comment: "Company directory" }],
  },
  { call: { action: "get", realm: "corp" }, says: ['Realm "corp"', "base_dn"] },
  { call: { action: "get", realm: "none" }, fails: true, says: ["none"] },
]);

testSteps("proxmox_domain creates, changes and deletes realms", "proxmox_domain", [
  {
    call: {
      action: "create",
      realm: "ad1",
      type: "ad",
      server1: "192.0.2.9",
      domain: "example.com",
      bind_dn: "CN=reader",
      bind_password: "secret-word",
    },
    says: ['Realm "ad1" is created'],
    hides: ["secret-word"],
    sends:
      "POST /access/domains realm=ad1&type=ad&server1=192.0.2.9&domain=example.com&bind_dn=CN=reader&password=secret-word",
  },
  { call: { action: "get", realm: "ad1" }, says: ["example.com"], hides: ["secret-word"] },
  {
    call: { action: "update", realm: "ad1", type: "ad", comment: "Forest", default: true },
    says: ['"type" was not used: a realm keeps its type'],
    sends: "PUT /access/domains/ad1 comment=Forest&default=1",
  },
  {
    call: { action: "update", realm: "ad1", comment: "" },
    sends: "PUT /access/domains/ad1 delete=comment",
  },
  { call: { action: "create", realm: "ad1", type: "ldap" }, fails: true, says: ["ad1"] },
  { call: { action: "delete", realm: "ad1" }, says: ['Realm "ad1" is deleted'] },
  { call: { action: "delete", realm: "pam" }, fails: true, says: ["pam"] },
]);

testSteps("proxmox_domain synchronises a directory", "proxmox_domain", [
  {
    call: { action: "sync", realm: "corp" },
    says: ['Realm "corp" is synchronised'],
    content: { task: { exitstatus: "OK" } },
  },
  { call: { action: "sync", realm: "pve" }, fails: true, says: ["pve"] },
]);
