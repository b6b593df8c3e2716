import { testSteps } from "../steps.ts";

const DNS = "PUT /nodes/pve1/dns ";

testSteps(
  "proxmox_node_config keeps the DNS settings that it does not change",
  "proxmox_node_config",
  [
    {
      call: { action: "set_dns", node: "pve1", dns2: "9.9.9.9" },
      data: { dns1: "192.0.2.53", dns2: "9.9.9.9", search: "example.com" },
      sends: `${DNS}search=example.com&dns1=192.0.2.53&dns2=9.9.9.9`,
    },
    {
      call: { action: "set_dns", node: "pve1", search: "lab.example", delete: "dns2" },
      sends: `${DNS}search=lab.example&dns1=192.0.2.53`,
    },
    {
      call: { action: "set_dns", node: "pve1", delete: "dns1", dns3: "2001:db8::53" },
      sends: `${DNS}search=lab.example&dns3=2001:db8::53`,
    },
    {
      call: { action: "set_dns", node: "pve1", dns1: "one" },
      fails: true,
      says: ["dns1: "],
      sends: "",
    },
    {
      call: { action: "set_dns", node: "pve1", delete: "dns4" },
      fails: true,
      says: ["delete: expected some of search, dns1, dns2, dns3"],
      sends: "",
    },
  ],
);

testSteps(
  "proxmox_node_config sets the time zone and says that it sets no time",
  "proxmox_node_config",
  [
    {
      call: { action: "get_time", node: "pve1" },
      data: { timezone: /./, localtime: "2026-01-15T09:30:00Z" },
    },
    {
      call: { action: "set_time", node: "pve1", time: 5, timezone: "Europe/Vienna" },
      says: ["The time zone of pve1 is Europe/Vienna", '"time" was not used'],
      sends: "PUT /nodes/pve1/time timezone=Europe/Vienna",
    },
    {
      call: { action: "set_time", node: "pve1", time: 5 },
      fails: true,
      says: ["timezone: is missing"],
      sends: "",
    },
  ],
);

testSteps("proxmox_node_config writes lines of /etc/hosts", "proxmox_node_config", [
  {
    call: { action: "get_hosts", node: "pve1" },
    says: ["192.0.2.11 pve1.example.com pve1", "digest"],
  },
  {
    call: { action: "set_hosts", node: "pve1", ip: "192.0.2.99", name: "nas", comment: "cellar" },
    says: [
      "nas is 192.0.2.99 in /etc/hosts of pve1",
      "192.0.2.99 nas # cellar",
      "127.0.0.1 localhost",
    ],
  },
  {
    call: { action: "set_hosts", node: "pve1", ip: "192.0.2.99", name: "nas" },
    says: ["nothing was changed"],
    sends: "",
  },
  {
    call: { action: "set_hosts", node: "pve1", ip: "192.0.2.98", name: "nas" },
    says: ["192.0.2.98 nas"],
    hides: ["192.0.2.99"],
  },
  {
    call: {
      action: "set_hosts",
      node: "pve1",
      ip: "192.0.2.98",
      name: "x",
      digest: "0".repeat(40),
    },
    fails: true,
    says: ["read it again and send the new digest"],
  },
  {
    call: { action: "set_hosts", node: "pve1", ip: "192.0.2.98", name: "a\n127.0.0.1 b$" },
    fails: true,
    says: ['expected host names, got "b$"'],
    sends: "",
  },
  {
    call: { action: "set_hosts", node: "pve1", ip: "192.0.2.98" },
    fails: true,
    says: ["name: is missing"],
    sends: "",
  },
  {
    call: { action: "set_hosts", node: "pve1", data: "127.0.0.1 x\n".repeat(60_000) },
    fails: true,
    says: ["too large", "at most 512 KiB in one request"],
    hides: ["version of Proxmox VE"],
  },
  {
    call: { action: "set_hosts", node: "pve1", data: "127.0.0.1 localhost\n" },
    says: ["/etc/hosts of pve1 is written"],
  },
  { call: { action: "get_hosts", node: "pve1" }, says: ["127.0.0.1 localhost"], hides: ["pve2"] },
]);
