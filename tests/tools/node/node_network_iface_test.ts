import { assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

const VMBR0 = "PUT /nodes/pve1/network/vmbr0 ";

testSteps(
  "proxmox_node_network_iface stages, applies and drops changes",
  "proxmox_node_network_iface",
  [
    {
      call: {
        action: "create",
        node: "pve1",
        iface: "bond0",
        type: "bond",
        bond_slaves: "eno1 eno2",
        bond_mode: "active-backup",
        bond_primary: "eno1",
        bond_miimon: 50,
        comment: "uplink",
        method: "manual",
      },
      says: ["bond0 is created", '"bond_miimon" was not used', "Staged only"],
      sends:
        "POST /nodes/pve1/network iface=bond0&type=bond&slaves=eno1 eno2&bond_mode=active-backup&bond-primary=eno1&comments=uplink",
    },
    {
      call: { action: "delete", node: "pve1", iface: "bond0", digest: "x" },
      says: ["bond0 is deleted", '"digest" was not used', "Staged only"],
      sends: "DELETE /nodes/pve1/network/bond0",
    },
    {
      call: { action: "apply", node: "pve1", revert: true },
      says: ["The staged network changes of pve1 are dropped"],
      sends: "DELETE /nodes/pve1/network",
    },
    {
      call: { action: "apply", node: "pve1" },
      says: ["The network of pve1 is as staged"],
      content: { task: { type: "srvreload", node: "pve1", exitstatus: "OK" } },
      sends: "PUT /nodes/pve1/network",
    },
    {
      call: { action: "create", node: "pve1", iface: "vmbr0", type: "bridge" },
      fails: true,
      says: ["interface already exists"],
    },
    {
      call: { action: "delete", node: "pve1", iface: "x9" },
      fails: true,
      says: ["does not exist"],
    },
  ],
);

testSteps(
  "proxmox_node_network_iface keeps what an update does not change",
  "proxmox_node_network_iface",
  [
    {
      call: { action: "update", node: "pve1", iface: "vmbr0", comment: "main" },
      says: ["vmbr0 is changed"],
      sends: `${VMBR0}type=bridge&cidr=192.0.2.11/24&comments=main`,
    },
    {
      call: { action: "update", node: "pve1", iface: "vmbr0", cidr: "192.0.2.21/24", mtu: 9000 },
      sends: `${VMBR0}type=bridge&cidr=192.0.2.21/24&mtu=9000`,
    },
    {
      call: { action: "update", node: "pve1", iface: "vmbr0", cidr: "", gateway: "" },
      sends: `${VMBR0}type=bridge&delete=cidr,gateway`,
    },
    {
      call: { action: "update", node: "pve1", iface: "eno1", method: "static" },
      fails: true,
      says: ['method: static needs an address: give "cidr"'],
      sends: "",
    },
    {
      call: { action: "update", node: "pve1", iface: "eno1", method: "dhcp" },
      fails: true,
      says: ["knows static and manual only"],
      sends: "",
    },
  ],
);

Deno.test("proxmox_node_network_iface does not take an address by DHCP away unasked", async () => {
  await using harness = await connect();
  const interfaces = harness.simulator.cluster.table("network/pve1");
  const entry = interfaces.get("eno2");
  assertEquals(entry?.method, "manual");
  interfaces.set("eno2", { ...entry, method: "dhcp" });
  const update = { action: "update", node: "pve1", iface: "eno2" };
  await walk(harness, "proxmox_node_network_iface", [
    {
      call: { ...update, mtu: 9000 },
      fails: true,
      says: ["Cannot change eno2 and keep its dhcp configuration", "Nothing was changed"],
      sends: "",
    },
    { call: { ...update, cidr: "10.0.0.2/24" }, says: ["eno2 is changed"] },
  ]);
});
