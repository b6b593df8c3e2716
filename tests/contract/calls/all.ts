/**
 * The lines of all tools, and where they are looked up.
 *
 * @module
 */
import { ACCESS_CALLS, NOTIFICATION_CALLS } from "./access.ts";
import { CEPH_CALLS, CERTIFICATE_CALLS } from "./ceph.ts";
import { CLUSTER_CALLS, HA_CALLS, REPORT_CALLS } from "./cluster.ts";
import { CREATE_CALLS, GUEST_CALLS } from "./guest.ts";
import { AGENT_CALLS, CONSOLE_CALLS, DISK_CALLS } from "./inside.ts";
import type { Calls } from "./line.ts";
import { FIREWALL_CALLS, SDN_CALLS } from "./network.ts";
import { NODE_CALLS } from "./node.ts";
import { BACKUP_CALLS, STORAGE_CALLS } from "./storage.ts";

/** All lines. */
export const CALLS: Calls = {
  ...REPORT_CALLS,
  ...NODE_CALLS,
  ...CLUSTER_CALLS,
  ...GUEST_CALLS,
  ...CREATE_CALLS,
  ...DISK_CALLS,
  ...AGENT_CALLS,
  ...CONSOLE_CALLS,
  ...BACKUP_CALLS,
  ...STORAGE_CALLS,
  ...FIREWALL_CALLS,
  ...HA_CALLS,
  ...SDN_CALLS,
  ...ACCESS_CALLS,
  ...CEPH_CALLS,
  ...CERTIFICATE_CALLS,
  ...NOTIFICATION_CALLS,
};
