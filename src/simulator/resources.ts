/**
 * All collections of the embedded PVE: their handlers, and what fills them at the start.
 *
 * @module
 */
import * as acl from "./access/acl.ts";
import * as domains from "./access/domains.ts";
import * as login from "./access/login.ts";
import * as roles from "./access/roles.ts";
import * as people from "./access/seed.ts";
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
import * as bulk from "./cluster/bulk.ts";
import * as corosync from "./cluster/corosync.ts";
import * as cpuModels from "./cluster/cpu_models.ts";
import * as jobs from "./cluster/jobs.ts";
import * as mapping from "./cluster/mapping.ts";
import * as metrics from "./cluster/metrics.ts";
import * as notifications from "./cluster/notifications.ts";
import * as datacenter from "./cluster/options.ts";
import * as replication from "./cluster/replication.ts";
import * as firewall from "./firewall/firewall.ts";
import * as firewallRules from "./firewall/rules.ts";
import * as firewallSets from "./firewall/sets.ts";
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
import * as network from "./node/network.ts";
import * as scan from "./node/scan.ts";
import * as services from "./node/services.ts";
import * as nodeSettings from "./node/settings.ts";
import * as pools from "./access/pools.ts";
import * as fabrics from "./sdn/fabrics.ts";
import * as sdnObjects from "./sdn/objects.ts";
import * as sdn from "./sdn/sdn.ts";
import * as subnets from "./sdn/subnets.ts";
import type { Handlers, Seed } from "./core/types.ts";

interface Resource {
  readonly handlers?: Handlers;
  readonly seed?: Seed;
}

/** In the order in which they are filled: what is referred to comes first. */
const RESOURCES: readonly Resource[] = [
  roles,
  domains,
  users,
  tokens,
  acl,
  login,
  people,
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
  metrics,
  bulk,
  cpuModels,
  notifications,
  acme,
  network,
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
];

/** Handlers of all collections. */
export const resourceHandlers: Handlers = Object.assign(
  {},
  ...RESOURCES.map(({ handlers }) => handlers),
);

/** Fills all collections; nodes, storages and guests must be there already. */
export const seedResources: Seed = (cluster) => {
  for (const { seed } of RESOURCES) seed?.(cluster);
};
