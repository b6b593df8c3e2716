import { testSteps } from "../steps.ts";

testSteps("proxmox_cluster_backup_job shows when what is backed up", "proxmox_cluster_backup_job", [
  {
    call: { action: "list" },
    says: [
      "id | enabled | schedule | next-run | storage | mode | vmid",
      "nightly | 1 | 21:00 | 2026-",
    ],
  },
  { call: { action: "get", id: "nightly" }, says: ["schedule: 21:00", "prune-backups: keep-"] },
  { call: { action: "get", id: "none" }, fails: true, says: ["none"] },
]);

const CREATE = "POST /cluster/backup ";

testSteps("proxmox_cluster_backup_job takes schedules, old and new", "proxmox_cluster_backup_job", [
  {
    call: {
      action: "create",
      id: "weekend",
      starttime: "03:30",
      dow: "sat,sun",
      storage: "local",
      vmid: "100,101",
      maxfiles: 3,
    },
    says: ["The backup job is created"],
    sends:
      `${CREATE}id=weekend&starttime=03:30&dow=sat,sun&storage=local&vmid=100,101&prune-backups=keep-last=3`,
  },
  {
    call: { action: "create", id: "all", schedule: "mon..fri 22:00", storage: "local", all: true },
    sends: `${CREATE}id=all&schedule=mon..fri 22:00&storage=local&all=1`,
  },
  { call: { action: "list" }, says: ["all | 1 | mon..fri 22:00 | 2026-01-15 22:00:00Z"] },
  {
    call: { action: "update", id: "all", enabled: false, maxfiles: 0, comment: "", digest: "x" },
    says: ['Backup job "all" is changed', '"digest" was not used'],
    sends: "PUT /cluster/backup/all enabled=0&delete=comment&prune-backups=keep-all=1",
  },
  {
    call: { action: "delete", id: "all" },
    says: ['Backup job "all" is deleted'],
    sends: "DELETE /cluster/backup/all",
  },
  {
    call: { action: "create", storage: "local" },
    fails: true,
    says: ["vmid: is missing; or give all or pool", "schedule: is missing"],
    sends: "",
  },
  {
    call: {
      action: "create",
      schedule: "21:00",
      all: true,
      maxfiles: 1,
      "prune-backups": "keep-all=1",
    },
    fails: true,
    says: ["Cannot use maxfiles along with prune-backups"],
    sends: "",
  },
  {
    call: { action: "create", schedule: "every full moon", all: true },
    fails: true,
    says: ["schedule: "],
  },
  { call: { action: "delete", id: "none" }, fails: true, says: ["none"] },
  { call: { action: "update", id: "none", enabled: true }, fails: true, says: ["none"] },
]);

testSteps(
  "proxmox_cluster_backup_job says which guests a job has after a change",
  "proxmox_cluster_backup_job",
  [
    {
      call: { action: "update", id: "nightly", all: true },
      says: ["• schedule: 21:00", "• all: 1"],
      hides: ["• vmid:"],
    },
    {
      call: { action: "update", id: "nightly", pool: "production" },
      says: ["• pool: production"],
      hides: ["• all:"],
    },
    {
      call: { action: "update", id: "nightly", exclude: "108" },
      says: ["• all: 1", "• exclude: 108"],
      hides: ["• pool:"],
    },
    {
      call: { action: "update", id: "nightly", vmid: "100", all: true },
      fails: true,
      says: ["all: option conflicts with option 'vmid'"],
    },
    {
      call: { action: "update", id: "nightly", protected: true },
      says: ["• all: 1"],
      sends: "PUT /cluster/backup/nightly protected=1&storage=local",
    },
  ],
);
