import { testSteps } from "../steps.ts";

const WEB01 = "/nodes/pve1/qemu/100/firewall";

testSteps("a guest has aliases of its own", "proxmox_cluster_firewall_alias", [
  {
    call: { action: "create", vmid: "web01", name: "lab", cidr: "10.9.0.0/16", comment: "x" },
    says: ['Alias "lab" of web01 (100) is 10.9.0.0/16'],
    sends: `POST ${WEB01}/aliases name=lab&cidr=10.9.0.0/16&comment=x`,
  },
  {
    call: { action: "update", vmid: "web01", name: "lab", cidr: "10.8.0.0/16" },
    sends: `PUT ${WEB01}/aliases/lab cidr=10.8.0.0/16&comment=x`,
  },
  {
    call: { action: "list", vmid: "web01" },
    rows: [{ name: "lab" }],
    noRows: [{ name: "office" }],
  },
  { call: { action: "list" }, rows: [{ name: "office" }], noRows: [{ name: "lab" }] },
  {
    call: { action: "delete", vmid: 100, name: "lab" },
    says: ['Alias "lab" of web01 (100) is deleted'],
    sends: `DELETE ${WEB01}/aliases/lab`,
  },
  { call: { action: "list", vmid: "nosuch" }, fails: true, says: ['There is no guest "nosuch"'] },
]);

testSteps("a container has IP sets of its own", "proxmox_cluster_firewall_ipset", [
  {
    call: { action: "create", vmid: "dns01", name: "peers" },
    says: ['IP set "peers" of dns01 (200) is created'],
    sends: "POST /nodes/pve1/lxc/200/firewall/ipset name=peers",
  },
  { call: { action: "list", vmid: 200 }, rows: [{ name: "peers" }] },
  { call: { action: "list" }, noRows: [{ name: "peers" }] },
  {
    call: { action: "delete", vmid: 200, name: "peers" },
    sends: "DELETE /nodes/pve1/lxc/200/firewall/ipset/peers",
  },
]);

testSteps("a guest's firewall is switched on by itself", "proxmox_cluster_firewall", [
  {
    call: { action: "update_options", vmid: "web01", enable: true, macfilter: false },
    says: ["The options of the firewall of web01 (100) are changed"],
    sends: `PUT ${WEB01}/options enable=1&macfilter=0`,
  },
  { call: { action: "get_options", vmid: "web01" }, data: { enable: 1, macfilter: 0 } },
  { call: { action: "list_refs", vmid: "web01", type: "alias" }, rows: [{ name: "office" }] },
  {
    call: { action: "update_options", vmid: "web01", ebtables: true },
    fails: true,
    says: ["ebtables: not for VMs"],
    sends: "",
  },
]);
