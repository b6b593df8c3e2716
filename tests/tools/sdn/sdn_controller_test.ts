import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_sdn_controller defines, changes and deletes, all of it pending",
  "proxmox_sdn_controller",
  [
    { call: { action: "list" }, says: ["SDN controllers: 0"] },
    {
      call: {
        action: "create",
        controller: "evpn1",
        type: "evpn",
        asn: 65000,
        ip: "192.0.2.11",
        secret: "secret-word",
      },
      says: ['Controller "evpn1" is defined', '"secret" was not used', "Pending: nothing changes"],
      hides: ["secret-word"],
      sends: "POST /cluster/sdn/controllers controller=evpn1&type=evpn&asn=65000&peers=192.0.2.11",
    },
    {
      call: { action: "list" },
      says: ["is pending"],
      rows: [{ controller: "evpn1", type: "evpn", asn: 65000, peers: "192.0.2.11", state: "new" }],
    },
    {
      call: { action: "create", controller: "x1", asn: 1 },
      fails: true,
      says: ["type: is missing"],
      sends: "",
    },
    {
      call: { action: "update", controller: "evpn1", asn: 65001, port: 1, type: "evpn" },
      says: ['Controller "evpn1" is redefined', '"port" was not used', '"type" was not used'],
      sends: "PUT /cluster/sdn/controllers/evpn1 asn=65001",
    },
    { call: { action: "apply" }, says: ["is applied on all nodes"] },
    { call: { action: "get", controller: "evpn1" }, data: { asn: 65001 }, hides: ["state"] },
    { call: { action: "get", controller: "none" }, fails: true, says: ["none"] },
    { call: { action: "delete", controller: "evpn1" }, says: ["is no longer defined", "Pending"] },
    { call: { action: "delete", controller: "none" }, fails: true },
    { call: { action: "rollback" }, says: ["discarded"] },
  ],
);
