import { testSteps } from "../steps.ts";

testSteps("proxmox_sdn_vnet lists VNets and shows one", "proxmox_sdn_vnet", [
  {
    call: { action: "list" },
    rows: [{ vnet: "prod", zone: "lan", tag: 100, alias: "Production" }],
  },
  { call: { action: "get", vnet: "prod" }, says: ['VNet "prod"'], data: { alias: "Production" } },
  { call: { action: "get", vnet: "none" }, fails: true, says: ["none"] },
]);

testSteps("proxmox_sdn_vnet defines, changes and deletes, all of it pending", "proxmox_sdn_vnet", [
  {
    call: { action: "create", vnet: "guests", zone: "lan", vlan: 300, comment: "Visitors", mtu: 9 },
    says: ['VNet "guests" is defined', '"mtu" was not used', "Pending: nothing changes"],
    sends: "POST /cluster/sdn/vnets vnet=guests&zone=lan&tag=300&alias=Visitors",
  },
  {
    call: { action: "get", vnet: "guests" },
    says: ["is pending"],
    data: { tag: 300, state: "new" },
  },
  { call: { action: "create", vnet: "guests", zone: "lan" }, fails: true, says: ["already"] },
  {
    call: { action: "create", vnet: "x1", zone: "none" },
    fails: true,
    says: ["There is no such zone: proxmox_sdn_zone action=list"],
  },
  { call: { action: "create", vnet: "x1" }, fails: true, says: ["zone: is missing"], sends: "" },
  {
    call: { action: "update", vnet: "guests", tag: 301, comment: "" },
    says: ['VNet "guests" is redefined', "Pending"],
    sends: "PUT /cluster/sdn/vnets/guests tag=301&delete=alias",
  },
  { call: { action: "apply" }, says: ["is applied on all nodes"] },
  {
    call: { action: "delete", vnet: "guests" },
    says: ['VNet "guests" is no longer defined', "Pending"],
  },
  {
    call: { action: "list" },
    rows: [{ vnet: "guests", zone: "lan", tag: 301, alias: null, state: "deleted" }],
  },
  { call: { action: "delete", vnet: "none" }, fails: true },
]);
