import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_node_subscription shows, sets and removes the key, masked",
  "proxmox_node_subscription",
  [
    {
      call: { action: "get", node: "pve1" },
      says: ["productname", "nextduedate", "serverid"],
      data: { key: "[masked]" },
      hides: ["pve2"],
    },
    {
      call: { action: "set", node: "pve1", key: "pve2c-0123456789" },
      says: ["pve1 has the subscription key"],
      hides: ["0123456789"],
      sends: "PUT /nodes/pve1/subscription key=pve2c-0123456789",
    },
    { call: { action: "set", node: "pve1", key: "abc" }, fails: true, says: ["key: "], sends: "" },
    { call: { action: "delete", node: "pve1" }, sends: "DELETE /nodes/pve1/subscription" },
    { call: { action: "get", node: "pve1" }, data: { status: "notfound" } },
  ],
);
