import { defineTool, read, write } from "../../tool/define.ts";
import { withGuest } from "../_beside.ts";

export default defineTool({
  name: "proxmox_cluster_replication_job",
  title: "Replication jobs",
  description: "Scheduled copies of ZFS volumes on another node.",
  parameterDescriptions: {
    id: "100-0",
    keep: "the copies",
    force: "the entry only",
  },
  actions: {
    list: read("GET /cluster/replication", {
      shape: withGuest("guest"),
      alsoReads: ["GET /cluster/resources"],
      columns: [
        "id",
        "guest",
        "name",
        "node",
        "source",
        "target",
        "schedule",
        "rate",
        "disable",
        "comment",
        "remove_job",
      ],
    }),
    get: read("GET /cluster/replication/{id}", {
      shape: withGuest("guest"),
      alsoReads: ["GET /cluster/resources"],
      successMessage: "Replication job {id}",
    }),
    create: write("POST /cluster/replication", {
      params: ["schedule", "disable"],
      defaults: { type: "local" },
      successMessage: "Replication job {id} to {target} is created",
    }),
    update: write("PUT /cluster/replication/{id}", {
      params: ["schedule", "disable"],
      successMessage: "Replication job {id} is changed",
    }),
    delete: write("DELETE /cluster/replication/{id}", {
      params: ["keep", "force"],
      successMessage:
        "Replication job {id} is marked for removal; its node removes it at the next run",
    }),
  },
});
