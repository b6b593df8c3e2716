import { testSteps } from "../steps.ts";

testSteps("proxmox_cluster_backup_job shows when what is backed up", "proxmox_cluster_backup_job", [
  {
    call: { action: "list" },
    rows: [{ id: "nightly", enabled: 1, schedule: "21:00", "next-run": "2026-01-15T21:00:00Z" }],
  },
  {
    call: { action: "get", id: "nightly" },
    data: {
      schedule: "21:00",
      "prune-backups": { "keep-daily": 7, "keep-last": 3, "keep-weekly": 4 },
    },
  },
  { call: { action: "get", id: "none" }, fails: true, says: ["none"] },
]);

const CREATE = "POST /cluster/backup ";

testSteps("proxmox_cluster_backup_job tells which job it made", "proxmox_cluster_backup_job", [
  {
    call: { action: "create", starttime: "01:30", dow: "sun", storage: "local", all: true },
    says: ["id: backup-"],
    data: { schedule: "sun 01:30", enabled: 1 },
  },
  {
    call: { action: "create", starttime: "03:30", storage: "local", vmid: ["101", "100"] },
    data: { schedule: "03:30", vmid: "101,100" },
  },
  {
    call: { action: "create", schedule: "03:30", storage: "local", vmid: 100, comment: "Web" },
    data: { vmid: "100", comment: "Web" },
  },
  {
    call: { action: "create", schedule: "03:30", storage: "local", vmid: 100, mode: "stop" },
    data: { vmid: "100", mode: "stop", comment: undefined },
  },
]);

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
      `${CREATE}id=weekend&storage=local&vmid=100,101&schedule=sat,sun 03:30&prune-backups=keep-last=3`,
  },
  {
    call: {
      action: "create",
      ...{ id: "monday", starttime: "03:30", dow: "mon,mon,mon,mon,mon,mon,mon" },
      ...{ storage: "local", vmid: 100 },
    },
    sends: `${CREATE}id=monday&storage=local&vmid=100&schedule=mon 03:30`,
  },
  {
    call: { action: "create", id: "all", schedule: "mon..fri 22:00", storage: "local", all: true },
    sends: `${CREATE}id=all&schedule=mon..fri 22:00&storage=local&all=1`,
  },
  {
    call: { action: "list" },
    rows: [{
      id: "all",
      enabled: 1,
      schedule: "mon..fri 22:00",
      "next-run": "2026-01-15T22:00:00Z",
    }],
  },
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
  {
    call: { action: "update", id: "none", enabled: true },
    fails: true,
    says: ["no such vzdump job"],
  },
]);

testSteps(
  "proxmox_cluster_backup_job says which guests a job has after a change",
  "proxmox_cluster_backup_job",
  [
    {
      call: { action: "update", id: "nightly", all: true },
      data: { schedule: "21:00", all: 1, vmid: undefined },
    },
    {
      call: { action: "update", id: "nightly", pool: "production" },
      data: { pool: "production", all: undefined },
    },
    {
      call: { action: "update", id: "nightly", exclude: "108" },
      data: { all: 1, exclude: "108", pool: undefined },
    },
    {
      call: { action: "update", id: "nightly", vmid: "100", all: true },
      fails: true,
      says: ["all: option conflicts with option 'vmid'"],
    },
    {
      call: { action: "update", id: "nightly", protected: true },
      data: { all: 1 },
      sends: "PUT /cluster/backup/nightly protected=1&storage=local",
    },
  ],
);
