/**
 * Calls of the cluster's tools: options, jobs, corosync, high availability.
 *
 * @module
 */
import type { Calls } from "./line.ts";

const JOB = { id: "weekend", storage: "local", vmid: "100,101" };
/** Backup jobs had to be made this way once. */
const OLD_JOB = { starttime: "03:30", dow: "sat,sun", storage: "local", all: true };
const HA = { sid: "ct:200" };
const UNDER_HA = [["proxmox_ha_resource", { action: "create", ...HA }]] as const;
const GROUP = { group: "main", nodes: "pve1:2,pve2" };
const GONE = { closed: "gone" } as const;
const FINGERPRINT = Array(32).fill("AA").join(":");

/** Cluster Operations. */
export const CLUSTER_CALLS: Calls = {
  proxmox_cluster: {
    status: [{}],
    options: [{}],
    update_options: [{ options: { keyboard: "de" } }],
  },
  proxmox_cluster_backup_job: {
    list: [{}],
    get: [{ id: "nightly" }],
    create: [{ ...JOB, schedule: "sat 03:30" }, { reference: OLD_JOB }],
    update: [{ id: "nightly", "keep-last": 5 }],
    delete: [{ id: "nightly" }],
  },
  proxmox_cluster_config: {
    get: [{}],
    list_nodes: [{}],
    get_node: [{ node: "pve2" }],
    join: [{ hostname: "192.0.2.1", password: "secret-1", fingerprint: FINGERPRINT, force: true }, {
      closed: "root only",
    }],
    totem: [{}],
  },
  proxmox_cluster_replication_job: {
    list: [{}],
    get: [{ id: "103-0" }],
    create: [{ id: "103-1", target: "pve3", schedule: "*/30" }, {
      reference: { type: "local" },
    }],
    update: [{ id: "103-0", disable: true }],
    delete: [{ id: "103-0" }],
  },
  proxmox_get_next_vmid: { default: [{}] },
};

/** Reports. */
export const REPORT_CALLS: Calls = {
  proxmox_report: {
    health: [{}],
    backups: [{ days: 2 }],
    failure: { node: [{ node: "pve2" }], storage: [{ storage: "ceph-vm" }] },
    capacity: [{}],
    waste: [{ days: 7 }],
    updates: [{}],
    access: [{ privilege: "VM.Allocate" }],
    changes: [{ since: "3d" }],
  },
};

/** High Availability. */
export const HA_CALLS: Calls = {
  proxmox_ha_group: {
    list: [{}, GONE],
    get: [{ group: "main" }, GONE],
    create: [GROUP, GONE],
    update: [{ ...GROUP, restricted: true }, GONE],
    delete: [{ group: "main" }, GONE],
  },
  proxmox_ha_resource: {
    list: [{}],
    get: [{ sid: "vm:100" }],
    status: [{}],
    create: [{ ...HA, state: "started", max_restart: 3 }],
    update: [{ ...HA, state: "ignored" }, { after: UNDER_HA }],
    delete: [HA, { after: UNDER_HA }],
  },
  proxmox_ha_rule: {
    list: [{}],
    get: [{ rule: "keep-apart" }],
    create: {
      place: [{ rule: "on-two", type: "node-affinity", resources: "vm:101", nodes: "pve2" }],
      apart: [{
        rule: "apart",
        type: "resource-affinity",
        resources: "vm:101,ct:200",
        affinity: "negative",
      }, { after: UNDER_HA }],
    },
    update: [{ rule: "keep-apart", disable: true }],
    delete: [{ rule: "keep-apart" }],
  },
};
