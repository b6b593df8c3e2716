import { testSteps } from "../steps.ts";

const RANGE = "start-address=10.7.0.10,end-address=10.7.0.99";

testSteps(
  "proxmox_sdn_subnet lists all subnets, and finds one by id or CIDR",
  "proxmox_sdn_subnet",
  [
    {
      call: { action: "list" },
      rows: [{
        subnet: "lab-10.50.0.0-24",
        cidr: "10.50.0.0/24",
        vnet: "labnet",
        gateway: "10.50.0.1",
      }],
    },
    { call: { action: "list", vnet: "prod" }, says: ["SDN subnets: 0"] },
    { call: { action: "get", subnet: "lab-10.50.0.0-24" }, says: ["Subnet lab-10.50.0.0-24"] },
    { call: { action: "get", subnet: "10.50.0.0/24" }, data: { gateway: "10.50.0.1" } },
    {
      call: { action: "get", subnet: "10.51.0.0/24" },
      fails: true,
      says: ['There is no subnet "10.51.0.0/24"', "Subnets: lab-10.50.0.0-24"],
    },
  ],
);

testSteps(
  "proxmox_sdn_subnet defines, changes and deletes under the right VNet",
  "proxmox_sdn_subnet",
  [
    {
      call: {
        action: "create",
        vnet: "labnet",
        subnet: "anything",
        cidr: "10.7.0.0/24",
        gateway: "10.7.0.1",
        dhcp: true,
        dns: "10.7.0.2",
        "dhcp-range": RANGE,
      },
      says: ["Subnet 10.7.0.0/24 is defined", '"dhcp" was not used', "Pending: nothing changes"],
      sends:
        `POST /cluster/sdn/vnets/labnet/subnets subnet=10.7.0.0/24&gateway=10.7.0.1&dhcp-dns-server=10.7.0.2&dhcp-range=${RANGE}&type=subnet`,
    },
    { call: { action: "list" }, says: ["lab-10.7.0.0-24", "new", "What has a state is pending"] },
    {
      call: { action: "create", subnet: "10.8.0.0/24" },
      fails: true,
      says: ["vnet: is missing"],
      sends: "",
    },
    {
      call: { action: "create", vnet: "labnet", subnet: "10.7.0.0/24" },
      fails: true,
      says: ["already defined"],
    },
    {
      call: { action: "update", subnet: "10.7.0.0/24", snat: true, delete: "gateway", mtu: 1500 },
      says: ["Subnet lab-10.7.0.0-24 is redefined", '"mtu" was not used', "Pending"],
      sends: "PUT /cluster/sdn/vnets/labnet/subnets/lab-10.7.0.0-24 snat=1&delete=gateway",
    },
    { call: { action: "apply" }, says: ["is applied on all nodes"] },
    {
      call: { action: "delete", subnet: "lab-10.7.0.0-24" },
      says: ["Subnet lab-10.7.0.0-24 is no longer defined", "Pending"],
      sends: "DELETE /cluster/sdn/vnets/labnet/subnets/lab-10.7.0.0-24",
    },
    { call: { action: "delete", subnet: "10.99.0.0/24" }, fails: true, sends: "" },
    { call: { action: "rollback" }, says: ["discarded"] },
    { call: { action: "get", subnet: "10.7.0.0/24" }, data: { snat: 1 }, hides: ["state"] },
  ],
);
