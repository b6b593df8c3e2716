import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_node_replication shows a job's state and log, and runs it",
  "proxmox_node_replication",
  [
    {
      call: { action: "status", node: "pve1", id: "103-0" },

      data: { fail_count: 0, target: "pve2", last_sync: "2026-01-15T09:30:00Z" },
    },
    {
      call: { action: "log", node: "pve1", id: "103-0", limit: 2 },
      says: ["Log of replication job 103-0: lines 3 to 4 of 4", "end replication job", "start=0"],
    },
    {
      call: { action: "schedule", node: "pve1", id: "103-0" },
      sends: "POST /nodes/pve1/replication/103-0/schedule_now",
    },
    { call: { action: "status", id: "103-0" }, data: { target: "pve2" } },
    { call: { action: "schedule", id: "999-0" }, fails: true, says: ["999"], sends: "" },
    { call: { action: "status", node: "pve1", id: "103/../x" }, fails: true, says: ["id: "] },
    { call: { action: "log", node: "pve1" }, fails: true, says: ["id: is missing"] },
    { call: { action: "log", node: "pve1", id: "100-7" }, fails: true, says: ["100-7"] },
  ],
);
