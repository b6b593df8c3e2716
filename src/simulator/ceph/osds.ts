/**
 * /nodes/{node}/ceph/osd: the disks that Ceph keeps its data on.
 *
 * @module
 */
import { TIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { storageAddressOf } from "../node/addresses.ts";
import { disksOf, freeDisk } from "../node/disks.ts";
import { flagsSet, FULL_VERSION, isUp, osds, rawBytes, usedBytes, VERSION } from "./store.ts";

function foundOsd(cluster: Cluster, call: Call): Entry {
  const id = named(call, "osdid");
  const osd = osds(cluster).get(id);
  if (!osd) throw failed(`no such OSD '${id}'`);
  return osd;
}

function localOsd(cluster: Cluster, call: Call): Entry {
  const osd = foundOsd(cluster, call);
  if (osd.host !== named(call, "node")) {
    throw failed(`OSD '${named(call, "osdid")}' does not belong to node '${named(call, "node")}'`);
  }
  return osd;
}

function leaf(cluster: Cluster, [id, osd]: [string, Entry]): Entry {
  const size = Number(osd.size);
  const share = rawBytes(cluster) > 0 ? usedBytes(cluster) / rawBytes(cluster) : 0;
  const used = osd.in ? Math.floor(size * share) : 0;
  return {
    id,
    name: `osd.${id}`,
    type: "osd",
    host: osd.host,
    status: isUp(cluster, osd) ? "up" : "down",
    in: Number(osd.in),
    leaf: 1,
    device_class: osd.class,
    osdtype: "bluestore",
    crush_weight: Math.round(size / TIB * 100000) / 100000,
    reweight: Number(osd.in),
    total_space: size,
    bytes_used: used,
    percent_used: used / size * 100,
    pgs: 97,
    apply_latency_ms: 1,
    commit_latency_ms: 1,
    blfsdev: osd.device,
    ceph_version: FULL_VERSION,
    ceph_version_short: VERSION,
  };
}

function tree(cluster: Cluster): Entry {
  const all = [...osds(cluster)];
  const hosts = [...new Set(all.map(([, { host }]) => host))];
  return {
    flags: ["sortbitwise", "recovery_deletes", ...flagsSet(cluster)].join(","),
    root: {
      leaf: 0,
      children: [{
        id: "-1",
        name: "default",
        type: "root",
        leaf: 0,
        children: hosts.map((host, index) => ({
          id: String(-3 - 2 * index),
          name: host,
          type: "host",
          leaf: 0,
          version: VERSION,
          children: all.filter(([, osd]) => osd.host === host).map((each) => leaf(cluster, each)),
        })),
      }],
    },
  };
}

function create(cluster: Cluster, call: Call): string {
  const host = named(call, "node");
  const device = named(call, "dev");
  const disk = freeDisk(cluster, host, device);
  return cluster.startTask({
    node: host,
    type: "cephcreateosd",
    id: device.replace("/dev/", ""),
    user: call.user,
    ms: 9000,
    log: [`create OSD on ${device} (bluestore)`, `wiping block device ${device}`],
    finish: () => {
      const id = Math.max(-1, ...[...osds(cluster).keys()].map(Number)) + 1;
      const addr = storageAddressOf(cluster, host);
      const kind = text(call, "crush-device-class") ?? disk.type;
      osds(cluster).set(String(id), { host, addr, device, class: kind, size: disk.size, in: 1 });
      Object.assign(disk, { used: "LVM", osdid: id, "osdid-list": [id], gpt: 1 });
    },
  });
}

function destroy(cluster: Cluster, call: Call): string {
  const id = named(call, "osdid");
  const osd = localOsd(cluster, call);
  if (osd.in) throw failed("osd is in use (in == 1)");
  if (isUp(cluster, osd)) throw failed(`osd is still running (pid: ${4000 + Number(id)})`);
  return cluster.startTask({
    node: named(call, "node"),
    type: "cephdestroyosd",
    id: `osd.${id}`,
    user: call.user,
    ms: 4000,
    log: [`destroy OSD osd.${id}`, `Remove osd.${id} from the CRUSH map`],
    finish: () => {
      osds(cluster).delete(id);
      const disk = disksOf(cluster, String(osd.host)).get(String(osd.device));
      if (!disk) return;
      delete disk.used;
      Object.assign(disk, { osdid: -1, "osdid-list": [] });
    },
  });
}

function metadata(cluster: Cluster, call: Call): Entry {
  const id = named(call, "osdid");
  const osd = localOsd(cluster, call);
  const address = `[v2:${osd.addr}:6802/1,v1:${osd.addr}:6803/1]`;
  return {
    osd: {
      id: Number(id),
      hostname: osd.host,
      osd_data: `/var/lib/ceph/osd/ceph-${id}`,
      osd_objectstore: "bluestore",
      version: FULL_VERSION,
      encrypted: 0,
      front_addr: address,
      back_addr: address,
      hb_front_addr: address,
      hb_back_addr: address,
      mem_usage: 3_221_225_472,
      ...(isUp(cluster, osd) ? { pid: 4000 + Number(id) } : {}),
    },
    devices: [{
      device: "block",
      type: String(osd.class),
      dev_node: "/dev/dm-0",
      physical_device: String(osd.device).replace("/dev/", ""),
      size: osd.size,
      support_discard: 1,
    }],
  };
}

function volume(cluster: Cluster, call: Call): Entry {
  const osd = localOsd(cluster, call);
  const kind = text(call, "type") ?? "block";
  if (kind !== "block") {
    throw failed(`volume type '${kind}' not found for OSD '${named(call, "osdid")}'`);
  }
  const id = named(call, "osdid").padStart(12, "0");
  const vg = `ceph-5e2f7a10-0000-4000-8000-${id}`;
  const lv = `osd-block-9c1d3b20-0000-4000-8000-${id}`;
  return {
    creation_time: "2026-01-02 10:15:00 +0000",
    lv_name: lv,
    lv_path: `/dev/${vg}/${lv}`,
    lv_size: osd.size,
    lv_uuid: `Xk2vQe-0000-0000-0000-0000-0000-${id.slice(-6)}`,
    vg_name: vg,
  };
}

/** Handlers of Ceph's disks. */
export const handlers: Handlers = {
  "GET /nodes/{node}/ceph/osd": tree,
  "POST /nodes/{node}/ceph/osd": create,
  "DELETE /nodes/{node}/ceph/osd/{osdid}": destroy,
  "GET /nodes/{node}/ceph/osd/{osdid}/metadata": metadata,
  "GET /nodes/{node}/ceph/osd/{osdid}/lv-info": volume,
  "POST /nodes/{node}/ceph/osd/{osdid}/in": (cluster, call) => {
    foundOsd(cluster, call).in = 1;
    return null;
  },
  "POST /nodes/{node}/ceph/osd/{osdid}/out": (cluster, call) => {
    foundOsd(cluster, call).in = 0;
    return null;
  },
  "POST /nodes/{node}/ceph/osd/{osdid}/scrub": (cluster, call) => {
    foundOsd(cluster, call);
    return null;
  },
};
