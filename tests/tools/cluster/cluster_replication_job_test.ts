import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_cluster_replication_job manages replication",
  "proxmox_cluster_replication_job",
  [
    {
      call: { action: "list" },
      rows: [{ id: "103-0", guest: 103, name: "db02", node: "pve1", source: "pve1" }],
    },
    { call: { action: "get", id: "103-0" }, data: { schedule: "*/15" } },
    {
      call: { action: "create", id: "103-1", target: "pve3", schedule: "*/30", rate: 12.5 },
      says: ["Replication job 103-1 to pve3 is created"],
      sends: "POST /cluster/replication id=103-1&target=pve3&schedule=*/30&rate=12.5&type=local",
    },
    {
      call: { action: "update", id: "103-1", disable: true, comment: "paused" },
      sends: "PUT /cluster/replication/103-1 disable=1&comment=paused",
    },
    {
      call: { action: "update", id: "103-1", comment: "", digest: "0".repeat(40) },
      fails: true,
      says: ["read it again and send the new digest"],
    },
    {
      call: { action: "delete", id: "103-1", keep: true },
      says: ["Replication job 103-1 is marked for removal"],
      sends: "DELETE /cluster/replication/103-1 keep=1",
    },
    {
      call: { action: "create", id: "100-0", target: "pve3" },
      fails: true,
      says: ["missing replicate feature", "Only volumes on ZFS are replicated"],
    },
    { call: { action: "get", id: "103" }, fails: true, says: ["id: "], sends: "" },
    {
      call: { action: "create", id: "103-2" },
      fails: true,
      says: ["target: is missing"],
      sends: "",
    },
    { call: { action: "get", id: "999-0" }, fails: true, says: ["999-0"] },
  ],
);
