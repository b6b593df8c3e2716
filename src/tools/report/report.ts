import { defineTool, type ExtraParam } from "../../tool/define.ts";
import { report, who } from "./_action.ts";

const TEXT: ExtraParam = { type: "string" };
const DAYS: ExtraParam = { type: "integer", minimum: 1, maximum: 36_500 };

export default defineTool({
  name: "proxmox_report",
  title: "Reports",
  description:
    "The whole cluster in one answer, with what to do. failure: what a lost node or storage takes down.",
  target: "none",
  parameterDescriptions: {
    privilege: "VM.Allocate",
    path: "/vms/100",
    since: "24h",
    days: "older than these",
  },
  actions: {
    health: report(async () => (await import("./_health.ts")).health, [
      "GET /access/permissions",
      "GET /cluster/status",
      "GET /cluster/ha/status/current",
      "GET /cluster/ceph/status",
      "GET /cluster/replication",
      "GET /nodes/{node}/services",
      "GET /nodes/{node}/certificates/info",
      "GET /nodes/{node}/replication",
      "GET /nodes/{node}/subscription",
      "GET /nodes/{node}/time",
      "GET /nodes/{node}/tasks",
      "GET /nodes/{node}/apt/update",
      "GET /nodes/{node}/qemu",
    ]),
    backups: report(async () => (await import("./_backups.ts")).backups, [
      "GET /access/permissions",
      "GET /cluster/backup",
      "GET /cluster/backup/{id}/included_volumes",
      "GET /nodes/{node}/storage/{storage}/content",
      "GET /nodes/{node}/tasks",
      "GET /nodes/{node}/tasks/{upid}/log",
      "GET /storage",
    ], { extraParams: { days: DAYS, storage: TEXT }, content: "backup" }),
    failure: report(async () => (await import("./_failure.ts")).failure, [
      "GET /access/permissions",
      "GET /cluster/config/nodes",
      "GET /cluster/config/qdevice",
      "GET /cluster/ha/groups",
      "GET /cluster/ha/resources",
      "GET /cluster/ha/rules",
      "GET /cluster/ha/status/current",
      "GET /cluster/replication",
      "GET /nodes/{node}/{type}/{vmid}/config",
      "GET /nodes/{node}/storage/{storage}/content",
    ], { extraParams: { node: TEXT, storage: TEXT } }),
    capacity: report(async () => (await import("./_capacity.ts")).capacity, [
      "GET /access/permissions",
      "GET /nodes/{node}/rrddata",
      "GET /nodes/{node}/storage/{storage}/content",
      "GET /nodes/{node}/storage/{storage}/rrddata",
    ]),
    access: who,
    changes: report(async () => (await import("./_changes.ts")).changes, [
      "GET /access/permissions",
      "GET /nodes/{node}/tasks",
      "GET /nodes/{node}/time",
    ], { target: "anyNode", extraParams: { since: TEXT } }),
    waste: report(async () => (await import("./_waste.ts")).waste, [
      "GET /access/permissions",
      "GET /cluster/replication",
      "GET /nodes/{node}/{type}/{vmid}/config",
      "GET /nodes/{node}/{type}/{vmid}/rrddata",
      "GET /nodes/{node}/{type}/{vmid}/snapshot",
      "GET /nodes/{node}/storage/{storage}/content",
    ], { extraParams: { days: DAYS } }),
    updates: report(async () => (await import("./_updates.ts")).updates, [
      "GET /access/permissions",
      "GET /nodes/{node}/apt/update",
      "GET /nodes/{node}/apt/versions",
    ]),
  },
});
