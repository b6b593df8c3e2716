import { testSteps } from "../steps.ts";

const NOT_RUNNING = ["QEMU guest agent is not running", "qemu-guest-agent installed and running"];

testSteps("proxmox_agent_info unwraps what the agent answers", "proxmox_agent_info", [
  { call: { operation: "ping", vmid: "web01" }, says: ["The agent of web01 (100) answers"] },
  {
    call: { operation: "osinfo", vmid: "web01" },
    says: ["pretty-name: Debian GNU/Linux 13 (trixie)"],
  },
  {
    call: { operation: "fsinfo", vmid: "web01" },
    says: ["mountpoint | name | type | total-bytes", "/ | sda1 | ext4 | 38.80 GiB"],
  },
  {
    call: { operation: "network_interfaces", vmid: "web01" },
    says: ["ens18 | bc:24:11:f7:e7:9d | 198.51.100.101/24"],
  },
  { call: { operation: "time", vmid: "web01" }, says: ["time: 2026-01-15T09:30:0"] },
  { call: { operation: "timezone", vmid: "web01" }, says: ["zone: UTC"] },
  { call: { operation: "info", vmid: "web01" }, says: ["version: "] },
  ...["ping", "osinfo", "fsinfo", "network_interfaces", "time", "timezone", "info"].map((
    operation,
  ) => ({ call: { operation, vmid: "gitlab" }, fails: true as const, says: NOT_RUNNING })),
]);

testSteps("proxmox_agent_hw unwraps what the agent answers", "proxmox_agent_hw", [
  { call: { operation: "memory_blocks", vmid: "web01", limit: 2 }, says: ["2 of 64 shown"] },
  { call: { operation: "vcpus", vmid: "web01" }, says: ["logical-id | online | can-offline"] },
  { call: { operation: "memory_block_info", vmid: "web01" }, says: ["size: 128.00 MiB"] },
  { call: { operation: "hostname", vmid: "web01" }, says: ["host-name: web01"] },
  { call: { operation: "users", vmid: "web01" }, says: ["admin | 2026-01-04 09:47:10Z"] },
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
      fails: true,
      says: ["Permission Denied", "PROXMOX_ALLOW_ELEVATED=true"],
      sends: "",
    },
  ],
  { elevated: false },
);
