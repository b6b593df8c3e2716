import { testSteps } from "../steps.ts";

const ALIASES = "/cluster/firewall/aliases";

testSteps("proxmox_cluster_firewall_alias names addresses", "proxmox_cluster_firewall_alias", [
  { call: { action: "list" }, rows: [{ name: "office", cidr: "198.51.100.0/24" }] },
  { call: { action: "get", name: "office" }, data: { cidr: "198.51.100.0/24" } },
  {
    call: { action: "create", name: "lab", cidr: "10.9.0.0/16", comment: "cellar" },
    says: ['Alias "lab" is 10.9.0.0/16'],
    sends: `POST ${ALIASES} name=lab&cidr=10.9.0.0/16&comment=cellar`,
  },
  {
    call: { action: "update", name: "lab", cidr: "10.8.0.0/16", rename: "attic" },
    sends: `PUT ${ALIASES}/lab cidr=10.8.0.0/16&rename=attic&comment=cellar`,
  },
  { call: { action: "get", name: "attic" }, data: { cidr: "10.8.0.0/16", comment: "cellar" } },
  {
    call: { action: "update", name: "attic", cidr: "10.8.0.0/16", comment: "" },
    sends: `PUT ${ALIASES}/attic cidr=10.8.0.0/16&comment=`,
  },
  { call: { action: "get", name: "attic" }, data: { comment: undefined } },
  { call: { action: "delete", name: "attic" }, sends: `DELETE ${ALIASES}/attic` },
  { call: { action: "get", name: "attic" }, fails: true, says: ["no such alias"] },
  {
    call: { action: "create", name: "lab", cidr: "10.9" },
    fails: true,
    says: ["cidr: "],
    sends: "",
  },
  {
    call: { action: "update", name: "office" },
    fails: true,
    says: ["cidr: is missing"],
    sends: "",
  },
]);
