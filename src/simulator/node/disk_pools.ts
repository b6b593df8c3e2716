/**
 * /nodes/{node}/disks/{lvm,lvmthin,zfs,directory}: what disks of a node were made into.
 *
 * @module
 */
import { GIB, MIB } from "../../base/byte_units.ts";
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { type Handler, type Handlers, knownOperations, type Seed } from "../core/handler.ts";
import { flag, list, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { DiskPool, Entry } from "../core/tables.ts";
import { type DiskPoolKind, KINDS, RAID } from "./disk_pool_kinds.ts";
import { disksOf, freeDisk } from "./disks.ts";

/** Pools of a node by name. */
function pools(cluster: Cluster, node: string): Map<string, DiskPool> {
  return cluster.table(`disk.pools/${node}`);
}

function ofKind(cluster: Cluster, call: Call, kind: DiskPool["kind"]): [string, DiskPool][] {
  return [...pools(cluster, named(call, "node"))].filter(([, pool]) => pool.kind === kind);
}

function sizeOf(cluster: Cluster, call: Call, devices: readonly string[]): number {
  const node = named(call, "node");
  const level = text(call, "raidlevel") ?? "single";
  const sizes = devices.map((path) => Number(freeDisk(cluster, node, path).size));
  const [least, factor] = RAID[level] ?? [1, (count: number) => count];
  if (devices.length < least) throw failed(`${level} needs at least ${least} disks`);
  return Math.floor(Math.min(...sizes) * factor(devices.length));
}

function assertNewStorage(cluster: Cluster, call: Call): void {
  const name = named(call, "name");
  if (flag(call, "add_storage") && cluster.table("storage").has(name)) {
    throw failed(`storage ID '${name}' already defined`);
  }
}

function create(fact: DiskPoolKind): Handler {
  return (cluster, call) => {
    const node = named(call, "node");
    const name = named(call, "name");
    const devices = fact.kind === "zfs" ? list(call, "devices") : [named(call, "device")];
    const size = sizeOf(cluster, call, devices);
    if (pools(cluster, node).has(name)) throw failed(fact.exists(name, node));
    assertNewStorage(cluster, call);
    const filesystem = text(call, "filesystem") ?? "ext4";
    return cluster.startTask({
      node,
      type: fact.create,
      id: name,
      user: call.user,
      ms: 4000,
      log: devices.map((path) => `# preparing ${path}`),
      finish: () => {
        for (const path of devices) {
          Object.assign(freeDisk(cluster, node, path), { used: fact.used, gpt: 1 });
        }
        const level = text(call, "raidlevel");
        pools(cluster, node).set(name, {
          kind: fact.kind,
          devices,
          size,
          ...defined({ filesystem: fact.kind === "directory" ? filesystem : undefined, level }),
        });
        if (flag(call, "add_storage")) {
          cluster.table("storage").set(name, { ...fact.storage(name), nodes: node });
        }
      },
    });
  };
}

function remove(fact: DiskPoolKind): Handler {
  return (cluster, call) => {
    const node = named(call, "node");
    const name = named(call, "name");
    return cluster.startTask({
      node,
      type: fact.remove,
      id: name,
      user: call.user,
      ms: 3000,
      finish: () => {
        const pool = pools(cluster, node).get(name);
        if (pool?.kind !== fact.kind) throw failed(fact.missing(name));
        pools(cluster, node).delete(name);
        for (const path of pool.devices) {
          const disk = disksOf(cluster, node).get(path);
          if (!disk) continue;
          delete disk.used;
          if (flag(call, "cleanup-disks")) disk.gpt = 0;
        }
        if (flag(call, "cleanup-config")) cluster.table("storage").delete(name);
      },
    });
  };
}

function lvmTree(cluster: Cluster, call: Call): Entry {
  const groups = [...ofKind(cluster, call, "lvm"), ...ofKind(cluster, call, "lvmthin")];
  return {
    leaf: 0,
    children: groups.map(([name, pool]) => {
      const size = Number(pool.size);
      const free = pool.kind === "lvmthin" ? 16 * GIB : Number(pool.free ?? size);
      const devices = pool.devices;
      return {
        name,
        size,
        free,
        leaf: 0,
        children: devices.map((path) => ({ name: path, size, free, leaf: 1 })),
      };
    }),
  };
}

function zfsRow([name, pool]: [string, DiskPool]): Entry {
  const size = Number(pool.size);
  const alloc = Number(pool.alloc ?? 0);
  return { name, size, alloc, free: size - alloc, frag: 4, dedup: 1, health: "ONLINE" };
}

function zfsDetail(cluster: Cluster, call: Call): Entry {
  const name = named(call, "name");
  const pool = pools(cluster, named(call, "node")).get(name);
  if (pool?.kind !== "zfs") throw failed(`cannot open '${name}': no such pool`);
  const counters = { read: 0, write: 0, cksum: 0, msg: "" };
  const disks = pool.devices.map((path) => ({
    name: path.replace("/dev/", ""),
    state: "ONLINE",
    leaf: 1,
    ...counters,
  }));
  const level = String(pool.level ?? "single");
  const inner = level === "single"
    ? disks
    : [{ name: `${level}-0`, state: "ONLINE", leaf: 0, children: disks, ...counters }];
  return {
    name,
    state: "ONLINE",
    scan: "scrub repaired 0B in 01:12:44 with 0 errors on Sun Jan 11 01:36:45 2026",
    errors: "No known data errors",
    leaf: 0,
    children: [{ name, state: "ONLINE", leaf: 0, children: inner, ...counters }],
  };
}

function kindHandlers(fact: DiskPoolKind): Handlers {
  const base = `/nodes/{node}/disks/${fact.kind}`;
  return knownOperations({
    [`POST ${base}`]: create(fact),
    [`DELETE ${base}/{name}`]: remove(fact),
  });
}

/** Handlers of what disks were made into. */
export const handlers: Handlers = {
  ...Object.assign({}, ...KINDS.map(kindHandlers)),
  "GET /nodes/{node}/disks/lvm": lvmTree,
  "GET /nodes/{node}/disks/lvmthin": (cluster, call) =>
    ofKind(cluster, call, "lvmthin").map(([name, pool]) => ({
      lv: pool.lv ?? name,
      vg: name,
      lv_size: pool.size,
      used: pool.alloc ?? 0,
      metadata_size: GIB,
      metadata_used: 32 * MIB,
    })),
  "GET /nodes/{node}/disks/zfs": (cluster, call) => ofKind(cluster, call, "zfs").map(zfsRow),
  "GET /nodes/{node}/disks/zfs/{name}": zfsDetail,
  "GET /nodes/{node}/disks/directory": (cluster, call) =>
    ofKind(cluster, call, "directory").map(([name, pool]) => ({
      path: `/mnt/pve/${name}`,
      device: pool.devices[0],
      type: pool.filesystem,
      options: "defaults",
      unitfile: `/etc/systemd/system/mnt-pve-${name}.mount`,
    })),
};

/** The system's volume group and a mirrored ZFS pool on each node. */
export const seed: Seed = (cluster) => {
  const zfs = [...cluster.table("storage").values()].find(({ type }) => type === "zfspool");
  for (const node of cluster.nodeNames()) {
    pools(cluster, node).set("pve", {
      kind: "lvmthin",
      lv: "data",
      devices: ["/dev/nvme0n1"],
      size: 320 * GIB,
      alloc: 90 * GIB,
    });
    pools(cluster, node).set(String(zfs?.pool ?? "tank").split("/")[0] ?? "tank", {
      kind: "zfs",
      devices: ["/dev/sda", "/dev/sdb"],
      level: "mirror",
      size: 1_906_965_479_424,
      alloc: 412_316_860_416,
    });
  }
};
