/**
 * All collections of the embedded PVE: their handlers, and what fills them at the start.
 *
 * @module
 */
import * as acl from "./resources/access/acl.ts";
import * as domains from "./resources/access/domains.ts";
import * as login from "./resources/access/login.ts";
import * as roles from "./resources/access/roles.ts";
import * as people from "./resources/access/seed.ts";
import * as tokens from "./resources/access/tokens.ts";
import * as users from "./resources/access/users.ts";
import * as cephCluster from "./resources/ceph/cluster.ts";
import * as cephDaemons from "./resources/ceph/daemons.ts";
import * as cephFileSystems from "./resources/ceph/file_systems.ts";
import * as cephOsds from "./resources/ceph/osds.ts";
import * as cephPools from "./resources/ceph/pools.ts";
import * as cephSeed from "./resources/ceph/seed.ts";
import * as cephSettings from "./resources/ceph/settings.ts";
import * as acme from "./resources/cluster/acme.ts";
import * as backupJobs from "./resources/cluster/backup_jobs.ts";
import * as bulk from "./resources/cluster/bulk.ts";
import * as corosync from "./resources/cluster/corosync.ts";
import * as cpuModels from "./resources/cluster/cpu_models.ts";
import * as jobs from "./resources/cluster/jobs.ts";
import * as mapping from "./resources/cluster/mapping.ts";
import * as metrics from "./resources/cluster/metrics.ts";
import * as notifications from "./resources/cluster/notifications.ts";
import * as datacenter from "./resources/cluster/options.ts";
import * as replication from "./resources/cluster/replication.ts";
import * as firewall from "./resources/firewall/firewall.ts";
import * as firewallRules from "./resources/firewall/rules.ts";
import * as firewallSets from "./resources/firewall/sets.ts";
import * as haResources from "./resources/ha/resources.ts";
import * as haRules from "./resources/ha/rules.ts";
import * as haStatus from "./resources/ha/status.ts";
import * as aplinfo from "./resources/node/aplinfo.ts";
import * as apt from "./resources/node/apt.ts";
import * as certificates from "./resources/node/certificates.ts";
import * as diskPools from "./resources/node/disk_pools.ts";
import * as disks from "./resources/node/disks.ts";
import * as hardware from "./resources/node/hardware.ts";
import * as logs from "./resources/node/logs.ts";
import * as network from "./resources/node/network.ts";
import * as scan from "./resources/node/scan.ts";
import * as services from "./resources/node/services.ts";
import * as nodeSettings from "./resources/node/settings.ts";
import * as pools from "./resources/pools.ts";
import * as fabrics from "./resources/sdn/fabrics.ts";
import * as sdnObjects from "./resources/sdn/objects.ts";
import * as sdn from "./resources/sdn/sdn.ts";
import * as subnets from "./resources/sdn/subnets.ts";
import type { Handlers, Seed } from "./types.ts";

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
