import { testSteps } from "../steps.ts";

const SETS = "/cluster/firewall/ipset";

testSteps(
  "proxmox_cluster_firewall_ipset makes and deletes sets",
  "proxmox_cluster_firewall_ipset",
  [
    { call: { action: "list" }, rows: [{ name: "management", comment: /^May reach/ }] },
    {
      call: { action: "create", name: "webs", comment: "web servers" },
      says: ['IP set "webs" is created'],
      sends: `POST ${SETS} name=webs&comment=web servers`,
    },
    { call: { action: "create", name: "webs" }, fails: true, says: ["already exists"] },
    { call: { action: "delete", name: "webs" }, sends: `DELETE ${SETS}/webs` },
    {
      call: { action: "delete", name: "management" },
      fails: true,
      says: ["not empty", "Delete its members first"],
    },
    {
      call: { action: "delete", name: "management", force: true },
      sends: `DELETE ${SETS}/management force=1`,
    },
  ],
);
