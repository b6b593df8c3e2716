import { testSteps } from "../steps.ts";

const NOT_RUNNING = ["QEMU guest agent is not running", "qemu-guest-agent installed and running"];

testSteps("proxmox_agent_info unwraps what the agent answers", "proxmox_agent_info", [
  { call: { operation: "ping", vmid: "web01" }, says: ["The agent of web01 (100) answers"] },
  {
    call: { operation: "osinfo", vmid: "web01" },
    data: { "pretty-name": "Debian GNU/Linux 13 (trixie)" },
  },
  {
    call: { operation: "fsinfo", vmid: "web01" },
    rows: [{ mountpoint: "/", name: "sda1", type: "ext4", "total-bytes": 41661182771 }],
  },
  {
    call: { operation: "network_interfaces", vmid: "web01" },
    rows: [{
      name: "ens18",
      "hardware-address": "bc:24:11:f7:e7:9d",
      addresses: ["198.51.100.101/24"],
    }],
  },
  { call: { operation: "time", vmid: "web01" }, data: { time: /^2026-01-15T09:30:0/ } },
  { call: { operation: "timezone", vmid: "web01" }, data: { zone: "UTC" } },
  { call: { operation: "info", vmid: "web01" }, data: { version: /./ } },
  ...["ping", "osinfo", "fsinfo", "network_interfaces", "time", "timezone", "info"].map((
    operation,
  ) => ({ call: { operation, vmid: "gitlab" }, fails: true as const, says: NOT_RUNNING })),
]);

testSteps("proxmox_agent_hw unwraps what the agent answers", "proxmox_agent_hw", [
  {
    call: { operation: "memory_blocks", vmid: "web01", limit: 2 },
    content: { total: 64, next_offset: 2 },
  },
  { call: { operation: "vcpus", vmid: "web01" }, rows: [{ "logical-id": 0, online: 1 }] },
  { call: { operation: "memory_block_info", vmid: "web01" }, data: { size: 134217728 } },
  { call: { operation: "hostname", vmid: "web01" }, data: { "host-name": "web01" } },
  {
    call: { operation: "users", vmid: "web01" },
    rows: [{ user: "admin", "login-time": /^2026-01-04T09:4/ }],
  },
  ...["memory_blocks", "vcpus", "memory_block_info", "hostname", "users"].map((operation) => ({
    call: { operation, vmid: "gitlab" },
    fails: true as const,
    says: NOT_RUNNING,
  })),
]);

testSteps(
  "proxmox_agent_hw takes even its reads from those without the elevated tier",
  "proxmox_agent_hw",
  [
    {
      call: { operation: "users", vmid: "web01" },
      fails: "denied",
      says: ["PROXMOX_ALLOW_ELEVATED=true"],
      sends: "",
    },
  ],
  { elevated: false },
);
