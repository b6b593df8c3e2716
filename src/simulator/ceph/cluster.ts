/**
 * /cluster/ceph and the status of Ceph: health, versions, flags.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { flag, named } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";
import {
  daemons,
  flagsSet,
  fsid,
  FULL_VERSION,
  isUp,
  osds,
  pools,
  rawBytes,
  storedBytes,
  usedBytes,
  VERSION,
} from "./store.ts";

const FLAGS: Readonly<Record<string, string>> = {
  nobackfill: "Backfilling of placement groups is suspended",
  "nodeep-scrub": "Deep scrubbing is disabled",
  nodown: "Failure reports are ignored, so that disks are not marked down",
  noin: "Disks that were marked out are not marked in when they start",
  noout: "Disks are not marked out after the configured interval",
  norebalance: "Rebalancing of placement groups is suspended",
  norecover: "Recovery of placement groups is suspended",
  noscrub: "Scrubbing is disabled",
  notieragent: "Cache tiering is suspended",
  noup: "Disks are not allowed to start",
  pause: "Reads and writes are paused",
};

function checks(cluster: Cluster): Record<string, Entry> {
  const found: Record<string, Entry> = {};
  const add = (name: string, message: string): void => {
    found[name] = {
      severity: "HEALTH_WARN",
      summary: { message, count: 1 },
      detail: [],
      muted: false,
    };
  };
  const down = [...osds(cluster)].filter(([, osd]) => osd.in && !isUp(cluster, osd));
  if (down.length > 0) add("OSD_DOWN", `${down.length} osds down`);
  const silent = [...daemons(cluster, "mon").values()].filter((mon) => !isUp(cluster, mon));
  const all = daemons(cluster, "mon").size;
  if (silent.length > 0) add("MON_DOWN", `${silent.length}/${all} mons down`);
  const flags = flagsSet(cluster);
  if (flags.length > 0) add("OSDMAP_FLAGS", `${flags.join(",")} flag(s) set`);
  return found;
}

function osdMap(cluster: Cluster): Entry {
  const disks = [...osds(cluster).values()];
  return {
    epoch: 318,
    num_osds: disks.length,
    num_up_osds: disks.filter((osd) => isUp(cluster, osd)).length,
    num_in_osds: disks.filter((osd) => osd.in).length,
    num_remapped_pgs: 0,
  };
}

function pgMap(cluster: Cluster): Entry {
  const used = usedBytes(cluster);
  const total = rawBytes(cluster);
  const groups = [...pools(cluster).values()].reduce((sum, pool) => sum + Number(pool.pg_num), 0);
  const whole = [...osds(cluster).values()].every((osd) => isUp(cluster, osd));
  return {
    pgs_by_state: [{
      state_name: whole ? "active+clean" : "active+undersized+degraded",
      count: groups,
    }],
    num_pgs: groups,
    num_pools: pools(cluster).size,
    num_objects: Math.floor(storedBytes(cluster) / (4 * MIB)),
    data_bytes: storedBytes(cluster),
    bytes_used: used,
    bytes_avail: total - used,
    bytes_total: total,
    read_bytes_sec: 5_242_880,
    write_bytes_sec: 9_437_184,
    read_op_per_sec: 180,
    write_op_per_sec: 240,
  };
}

function status(cluster: Cluster): Entry {
  const found = checks(cluster);
  const monitors = [...daemons(cluster, "mon")];
  const managers = [...daemons(cluster, "mgr")].filter(([, mgr]) => isUp(cluster, mgr));
  return {
    fsid: fsid(),
    health: {
      status: Object.keys(found).length > 0 ? "HEALTH_WARN" : "HEALTH_OK",
      checks: found,
      mutes: [],
    },
    election_epoch: 42,
    quorum: monitors.map((_, rank) => rank),
    quorum_names: monitors.filter(([, mon]) => isUp(cluster, mon)).map(([name]) => name),
    quorum_age: 864_000,
    monmap: {
      epoch: 3,
      min_mon_release_name: "squid",
      num_mons: monitors.length,
      mons: monitors.map(([name, { addr }], rank) => ({ name, rank, addr: `${addr}:6789/0` })),
    },
    osdmap: osdMap(cluster),
    pgmap: pgMap(cluster),
    mgrmap: {
      available: managers.length > 0,
      num_standbys: Math.max(0, managers.length - 1),
      active_name: managers[0]?.[0] ?? "",
      standbys: managers.slice(1).map(([name]) => ({ name })),
    },
    servicemap: { epoch: 1, services: {} },
  };
}

function metadata(cluster: Cluster): Entry {
  const common = {
    ceph_release: "squid",
    ceph_version: FULL_VERSION,
    ceph_version_short: VERSION,
  };
  const byName = (kind: "mon" | "mgr" | "mds"): Entry =>
    Object.fromEntries(
      [...daemons(cluster, kind)].map(([name, { host, addr }]) => [`${name}@${host}`, {
        ...common,
        name,
        hostname: host,
        addr,
      }]),
    );
  return {
    mon: byName("mon"),
    mgr: byName("mgr"),
    mds: byName("mds"),
    node: Object.fromEntries(
      cluster.nodeNames().map((name) => [name, {
        buildcommit: "c92aebb279828e9c3c1f5d24613efca272649e62",
        version: { parts: VERSION.split("."), str: VERSION },
      }]),
    ),
    osd: [...osds(cluster)].map(([id, osd]) => ({
      ...common,
      id: Number(id),
      hostname: osd.host,
      back_addr: osd.addr,
      front_addr: osd.addr,
      devices: String(osd.device).replace("/dev/", ""),
      mem_swap_kb: 0,
      mem_total_kb: 131_072_000,
      osd_data: `/var/lib/ceph/osd/ceph-${id}`,
      osd_objectstore: "bluestore",
    })),
  };
}

function setFlags(cluster: Cluster, call: Call): string {
  return cluster.startTask({
    node: cluster.nodeNames()[0] ?? "",
    type: "cephsetflags",
    id: "",
    user: call.user,
    ms: 1000,
    finish: () => {
      for (const name of Object.keys(FLAGS)) {
        const wanted = flag(call, name);
        if (wanted === true) cluster.table("ceph.flags").set(name, {});
        if (wanted === false) cluster.table("ceph.flags").delete(name);
      }
    },
  });
}

/** Handlers of Ceph as a whole. */
export const handlers: Handlers = {
  "GET /cluster/ceph/status": status,
  "GET /nodes/{node}/ceph/status": status,
  "GET /cluster/ceph/metadata": metadata,
  "GET /cluster/ceph/flags": (cluster) =>
    Object.entries(FLAGS).map(([name, description]) => ({
      name,
      description,
      value: Number(cluster.table("ceph.flags").has(name)),
    })),
  "GET /cluster/ceph/flags/{flag}": (cluster, call) =>
    Number(cluster.table("ceph.flags").has(named(call, "flag"))),
  "PUT /cluster/ceph/flags/{flag}": (cluster, call) => {
    if (flag(call, "value")) cluster.table("ceph.flags").set(named(call, "flag"), {});
    else cluster.table("ceph.flags").delete(named(call, "flag"));
    return null;
  },
  "PUT /cluster/ceph/flags": setFlags,
};
