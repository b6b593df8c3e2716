/**
 * Puts the parts of the embedded Proxmox VE together: all handlers, and what fills a new cluster.
 *
 * @module
 */
import * as acl from "./access/acl.ts";
import * as domains from "./access/domains.ts";
import * as login from "./access/login.ts";
import * as pools from "./access/pools.ts";
import * as roles from "./access/roles.ts";
import * as accessSeed from "./access/seed.ts";
import * as tokens from "./access/tokens.ts";
import * as users from "./access/users.ts";
import * as cephCluster from "./ceph/cluster.ts";
import * as cephDaemons from "./ceph/daemons.ts";
import * as cephFileSystems from "./ceph/file_systems.ts";
import * as cephOsds from "./ceph/osds.ts";
import * as cephPools from "./ceph/pools.ts";
import * as cephSeed from "./ceph/seed.ts";
import * as cephSettings from "./ceph/settings.ts";
import * as acme from "./cluster/acme.ts";
import * as backupJobs from "./cluster/backup_jobs.ts";
import * as clusterBulk from "./cluster/bulk.ts";
import * as corosync from "./cluster/corosync.ts";
import * as cpuModels from "./cluster/cpu_models.ts";
import * as jobs from "./cluster/jobs.ts";
import * as mapping from "./cluster/mapping.ts";
import * as metricServers from "./cluster/metrics.ts";
import * as notifications from "./cluster/notifications.ts";
import * as datacenter from "./cluster/options.ts";
import * as overview from "./cluster/overview.ts";
import * as replication from "./cluster/replication.ts";
import type { Handler, Handlers, Seed } from "./core/handler.ts";
import { indexHandlers } from "./core/indexes.ts";
import * as firewall from "./firewall/firewall.ts";
import * as firewallRules from "./firewall/rules.ts";
import * as firewallSets from "./firewall/sets.ts";
import * as agent from "./guest/agent.ts";
import * as nodeBulk from "./guest/bulk.ts";
import * as clone from "./guest/clone.ts";
import * as cloudinit from "./guest/cloudinit.ts";
import * as configure from "./guest/configure.ts";
import * as consoles from "./guest/consoles.ts";
import * as create from "./guest/create.ts";
import * as destroy from "./guest/destroy.ts";
import { guestHandler } from "./guest/find.ts";
import * as guestLists from "./guest/lists.ts";
import * as migrate from "./guest/migrate.ts";
import * as monitor from "./guest/monitor.ts";
import * as mtunnel from "./guest/mtunnel.ts";
import * as guestNetwork from "./guest/network.ts";
import * as power from "./guest/power.ts";
import * as remoteMigrate from "./guest/remote_migrate.ts";
import * as snapshots from "./guest/snapshots.ts";
import * as template from "./guest/template.ts";
import * as volumes from "./guest/volumes.ts";
import * as haResources from "./ha/resources.ts";
import * as haRules from "./ha/rules.ts";
import * as haStatus from "./ha/status.ts";
import * as aplinfo from "./node/aplinfo.ts";
import * as apt from "./node/apt.ts";
import * as certificates from "./node/certificates.ts";
import * as diskPools from "./node/disk_pools.ts";
import * as disks from "./node/disks.ts";
import * as hardware from "./node/hardware.ts";
import * as logs from "./node/logs.ts";
import * as nodeNetwork from "./node/network.ts";
import * as rrd from "./node/rrd.ts";
import * as scan from "./node/scan.ts";
import * as services from "./node/services.ts";
import * as nodeSettings from "./node/settings.ts";
import * as nodeStatus from "./node/status.ts";
import * as tasks from "./node/tasks.ts";
import * as fabrics from "./sdn/fabrics.ts";
import * as sdnObjects from "./sdn/objects.ts";
import * as sdn from "./sdn/sdn.ts";
import * as subnets from "./sdn/subnets.ts";
import * as content from "./storage/content.ts";
import * as storageDefinitions from "./storage/definitions.ts";
import * as fileRestore from "./storage/file_restore.ts";
import * as prune from "./storage/prune.ts";
import * as transfers from "./storage/transfers.ts";
import * as vzdump from "./storage/vzdump.ts";

/** What a module below brings along. */
interface Part {
  readonly handlers?: Handlers;
  readonly seed?: Seed;
}

/** In the order in which they are seeded: what others refer to comes first. */
const PARTS: readonly Part[] = [
  roles,
  domains,
  users,
  tokens,
  acl,
  login,
  accessSeed,
  pools,
  firewallRules,
  firewallSets,
  firewall,
  haResources,
  haRules,
  haStatus,
  sdnObjects,
  subnets,
  sdn,
  fabrics,
  datacenter,
  corosync,
  jobs,
  backupJobs,
  replication,
  mapping,
  metricServers,
  clusterBulk,
  cpuModels,
  notifications,
  acme,
  nodeNetwork,
  nodeSettings,
  services,
  logs,
  apt,
  aplinfo,
  disks,
  diskPools,
  certificates,
  hardware,
  scan,
  cephCluster,
  cephSettings,
  cephDaemons,
  cephFileSystems,
  cephOsds,
  cephPools,
  cephSeed,
  overview,
  nodeStatus,
  tasks,
  guestLists,
  power,
  configure,
  snapshots,
  template,
  agent,
  nodeBulk,
  clone,
  cloudinit,
  consoles,
  create,
  destroy,
  migrate,
  monitor,
  mtunnel,
  remoteMigrate,
  guestNetwork,
  volumes,
  rrd,
  content,
  storageDefinitions,
  fileRestore,
  prune,
  transfers,
  vzdump,
];

/** Handlers by operation, those of directories included. */
export function allHandlers(): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const part of PARTS) addHandlers(handlers, part.handlers);
  addHandlers(handlers, ofGuestsThere(indexHandlers(new Set(handlers.keys()))));
  return handlers;
}

/** Directories of guests whose own directory or state PVE looks for before it shows them. */
const OF_GUESTS = /^GET \/nodes\/\{node\}\/(?:lxc\/\{vmid\}|(?:lxc|qemu)\/\{vmid\}\/status)$/;

function ofGuestsThere(indexes: Handlers): Handlers {
  return Object.fromEntries(
    Object.entries(indexes).map(([operation, handler]) => [
      operation,
      OF_GUESTS.test(operation)
        ? guestHandler((cluster, _guest, call) => handler(cluster, call))
        : handler,
    ]),
  );
}

function addHandlers(handlers: Map<string, Handler>, more: Handlers = {}): void {
  for (const [operation, handler] of Object.entries(more)) handlers.set(operation, handler);
}

/** Fills the tables of a new cluster; nodes, storages and guests must be there already. */
export const seedTables: Seed = (cluster) => {
  for (const { seed } of PARTS) seed?.(cluster);
};
