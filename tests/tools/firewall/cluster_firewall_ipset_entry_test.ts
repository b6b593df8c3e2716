import { testSteps } from "../steps.ts";

const SET = "/cluster/firewall/ipset/management";

testSteps(
  "proxmox_cluster_firewall_ipset_entry manages members",
  "proxmox_cluster_firewall_ipset_entry",
  [
    { call: { action: "list", name: "management" }, says: ["cidr"] },
    {
      call: { action: "create", name: "management", cidr: "10.7.0.0/16", comment: "VPN" },
      says: ['10.7.0.0/16 is in IP set "management"'],
      sends: `POST ${SET} cidr=10.7.0.0/16&comment=VPN`,
    },
    {
      call: { action: "update", name: "management", cidr: "10.7.0.0/16", nomatch: true },
      sends: `PUT ${SET}/10.7.0.0/16 nomatch=1&comment=VPN`,
    },
    {
      call: { action: "update", name: "management", cidr: "10.7.0.0/16" },
      says: ["all stays as it was"],
      sends: `PUT ${SET}/10.7.0.0/16 nomatch=1&comment=VPN`,
    },
    {
      call: { action: "update", name: "management", cidr: "10.7.0.0/16", comment: "All of it" },
      sends: `PUT ${SET}/10.7.0.0/16 comment=All of it&nomatch=1`,
    },
    {
      call: { action: "list", name: "management" },
      rows: [{ cidr: "10.7.0.0/16", nomatch: 1, comment: "All of it" }],
    },
    {
      call: {
        ...{ action: "update", name: "management", cidr: "10.7.0.0/16" },
        ...{ comment: "VPN", nomatch: false },
      },
      sends: `PUT ${SET}/10.7.0.0/16 comment=VPN&nomatch=0`,
    },
    {
      call: { action: "update", name: "management", cidr: "10.99.0.0/16" },
      fails: true,
      sends: "",
    },
    {
      call: { action: "list", name: "management" },
      rows: [{ cidr: "10.7.0.0/16", comment: "VPN" }],
    },
    {
      call: { action: "delete", name: "management", cidr: "10.7.0.0/16" },
      sends: `DELETE ${SET}/10.7.0.0/16`,
    },
    {
      call: { action: "create", name: "management", cidr: "10.7.0.0/33" },
      fails: true,
      says: ["cidr: "],
      sends: "",
    },
    { call: { action: "list", name: "nobody" }, fails: true, says: ["no such IPSet 'nobody'"] },
    {
      call: { action: "delete", name: "management", cidr: "../x" },
      fails: true,
      says: ["cidr"],
      sends: "",
    },
  ],
);
