import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_agent_freeze freezes, thaws, trims and tells the state",
  "proxmox_agent_freeze",
  [
    { call: { operation: "status", vmid: "web01" }, data: { status: "thawed" } },
    {
      call: { operation: "freeze", vmid: "web01" },
      says: ["Froze the filesystems of web01 (100)", "waits until operation=thaw"],
      data: { filesystems: 1 },
    },
    { call: { operation: "status", vmid: "web01" }, data: { status: "frozen" } },
    { call: { operation: "thaw", vmid: "web01" }, says: ["Thawed the filesystems of web01 (100)"] },
    { call: { operation: "fstrim", vmid: "web01" }, rows: [{ path: "/", trimmed: /^\d+$/ }] },
    ...["status", "freeze", "thaw", "fstrim"].map((operation) => ({
      call: { operation, vmid: "gitlab" },
      fails: true as const,
      says: ["QEMU guest agent is not running"],
    })),
  ],
);
