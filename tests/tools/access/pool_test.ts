import { testSteps } from "../steps.ts";

const NESTED = { poolid: "web/blue" };

testSteps("proxmox_pool lists pools, and shows one with its members", "proxmox_pool", [
  {
    call: { action: "list" },
    rows: [{ poolid: "production", comment: "Guests that customers see" }],
  },
  {
    call: { action: "get", poolid: "production" },
    says: ['Members of pool "production": '],
    data: { comment: /^Guests/ },
  },
  { call: { action: "get", poolid: "none" }, fails: true, says: ["pool 'none' does not exist"] },
]);

testSteps("proxmox_pool manages nested pools and their members", "proxmox_pool", [
  { call: { action: "create", poolid: "web" }, says: ['Pool "web" is created'] },
  {
    call: { action: "create", ...NESTED, comment: "Blue" },
    sends: "POST /pools poolid=web/blue&comment=Blue",
  },
  { call: { action: "create", poolid: "web" }, fails: true, says: ["already exists"] },
  {
    call: { action: "update", ...NESTED, vms: "100", storage: "local", "allow-move": true },
    sends: "PUT /pools poolid=web/blue&vms=100&storage=local&allow-move=1",
  },
  {
    call: { action: "get", ...NESTED },
    says: ["Blue", "storage/pve1/local"],
    rows: [{ id: "qemu/100", name: "web01" }],
  },
  {
    call: { action: "update", ...NESTED, delete: "comment", digest: "x" },
    says: ['"digest" was not used'],
    sends: "PUT /pools poolid=web/blue&comment=",
  },
  { call: { action: "get", ...NESTED }, hides: ["Blue"] },
  {
    call: { action: "delete", ...NESTED },
    fails: true,
    says: ["is not empty", "Take its members out first"],
  },
  {
    call: { action: "update", ...NESTED, delete: true, storage: "local" },
    sends: "PUT /pools poolid=web/blue&storage=local&delete=1",
  },
  {
    call: { action: "remove_members", ...NESTED, vms: "100" },
    sends: "PUT /pools poolid=web/blue&vms=100&delete=1",
  },
  { call: { action: "remove_members", ...NESTED, vms: "100" }, fails: true, says: ["100"] },
  {
    call: { action: "update", ...NESTED, delete: "vms" },
    fails: true,
    says: ['comment; got "vms"'],
    sends: "",
  },
  { call: { action: "delete", ...NESTED }, says: ['Pool "web/blue" is deleted'] },
]);
