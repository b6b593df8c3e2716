/**
 * /nodes/{node}/disks: physical disks of a node, and their health.
 *
 * Table `disks/NODE`: device path → what is known of the disk; `used` is absent while it is free.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

const GB = 1000 ** 3;

/** Disks of a node by device path. */
export function disksOf(cluster: Cluster, node: string): Map<string, Entry> {
  return cluster.table(`disks/${node}`);
}

/** A disk of the node; refuses a path that is none. */
function foundDisk(cluster: Cluster, node: string, path: string): Entry {
  const disk = disksOf(cluster, node).get(path);
  if (!disk) throw failed("not a valid block device");
  return disk;
}

/** A disk that nothing uses. */
export function freeDisk(cluster: Cluster, node: string, path: string): Entry {
  const disk = foundDisk(cluster, node, path);
  if (disk.used !== undefined) throw failed(`device '${path}' is already in use`);
  return disk;
}

function isJournal({ type, used }: Entry): boolean {
  return type !== "hdd" && (used === undefined || used === "LVM");
}

function list(cluster: Cluster, call: Call): Entry[] {
  const wanted = text(call, "type");
  const rows: Entry[] = [];
  for (const [devpath, { partitions, ...disk }] of disksOf(cluster, named(call, "node"))) {
    if (wanted === "unused" && disk.used !== undefined) continue;
    if (wanted === "journal_disks" && !isJournal(disk)) continue;
    const row: Entry = { devpath, ...disk };
    if (flag(call, "skipsmart")) Object.assign(row, { health: "UNKNOWN", wearout: "N/A" });
    rows.push(row);
    if (!flag(call, "include-partitions")) continue;
    for (const part of (partitions ?? []) as Entry[]) rows.push({ ...part, parent: devpath });
  }
  return rows;
}

function smart(cluster: Cluster, call: Call): Entry {
  const disk = foundDisk(cluster, named(call, "node"), named(call, "disk"));
  if (flag(call, "healthonly")) return { health: disk.health };
  if (disk.type === "nvme") {
    const worn = 100 - Number(disk.wearout);
    return {
      health: disk.health,
      type: "text",
      text: `\nSMART/Health Information (NVMe Log 0x02)\nCritical Warning:      0x00\n` +
        `Temperature:           38 Celsius\nPercentage Used:       ${worn}%\n`,
    };
  }
  const attribute = (id: string, name: string, raw: string): Entry => ({
    id: id.padStart(3),
    name,
    flags: "-O--CK",
    value: "100",
    worst: "100",
    threshold: "10",
    normalized: 100,
    fail: "-",
    raw,
  });
  return {
    health: disk.health,
    type: "ata",
    attributes: [
      attribute("5", "Reallocated_Sector_Ct", disk.health === "PASSED" ? "0" : "1482"),
      attribute("9", "Power_On_Hours", "18321"),
      attribute("194", "Temperature_Celsius", "34"),
    ],
  };
}

/** Handlers of physical disks. */
export const handlers: Handlers = {
  "GET /nodes/{node}/disks/list": list,
  "GET /nodes/{node}/disks/smart": smart,
  "POST /nodes/{node}/disks/initgpt": (cluster, call) => {
    const node = named(call, "node");
    const path = named(call, "disk");
    const disk = foundDisk(cluster, node, path);
    if (disk.used !== undefined) throw failed(`disk '${path}' already in use`);
    const uuid = text(call, "uuid") ?? "R";
    return cluster.startTask({
      node,
      type: "diskinit",
      id: path.replace("/dev/", ""),
      user: call.user,
      ms: 1500,
      log: [`# sgdisk ${path} -U ${uuid}`, "The operation has completed successfully."],
      finish: () => {
        disk.gpt = 1;
      },
    });
  },
  "PUT /nodes/{node}/disks/wipedisk": (cluster, call) => {
    const node = named(call, "node");
    const path = named(call, "disk");
    const disk = foundDisk(cluster, node, path);
    if (disk.used === "mounted" || Number(disk.mounted)) {
      throw failed(`disk/partition '${path}' is mounted`);
    }
    if (disk.used !== undefined && number(call, "osdid") === undefined) {
      if (["LVM", "ZFS"].includes(String(disk.used))) {
        throw failed(`disk/partition '${path}' has a holder`);
      }
    }
    return cluster.startTask({
      node,
      type: "wipedisk",
      id: path.replace("/dev/", ""),
      user: call.user,
      ms: 3000,
      log: [`wiping block device: ${path}`, "200+0 records in", "200+0 records out"],
      finish: () => {
        delete disk.used;
        disk.gpt = 0;
      },
    });
  },
};

function disk(type: string, size: number, model: string, serial: string, used?: string): Entry {
  return {
    type,
    size: size * GB,
    model,
    serial,
    vendor: type === "hdd" ? "ATA" : "unknown",
    wwn: `0x5000c500${serial.toLowerCase().replace(/[^0-9a-f]/g, "0").padStart(8, "0").slice(-8)}`,
    rpm: type === "hdd" ? 7200 : 0,
    wearout: type === "hdd" ? "N/A" : 97,
    health: "PASSED",
    gpt: used === undefined ? 0 : 1,
    mounted: 0,
    osdid: -1,
    "osdid-list": [],
    ...defined({ used }),
  };
}

/** Each node: a system disk, two disks for ZFS, two for Ceph, two free ones (one of them failing). */
export const seed: Seed = (cluster) => {
  cluster.nodeNames().forEach((node, index) => {
    const disks = disksOf(cluster, node);
    const serial = (letter: string): string => `S${index + 1}${letter}0042`;
    disks.set("/dev/nvme0n1", {
      ...disk("nvme", 480, "SAMSUNG MZ1L2480HCHQ-00A07", serial("A"), "LVM"),
      partitions: [1, 2, 3].map((number) => ({
        ...disk("partition", number === 3 ? 479 : 1, "", ""),
        devpath: `/dev/nvme0n1p${number}`,
        used: ["BIOS boot", "EFI", "LVM"][number - 1],
      })),
    });
    disks.set("/dev/sda", disk("ssd", 1920, "SAMSUNG MZ7L31T9HBLT-00A07", serial("B"), "ZFS"));
    disks.set("/dev/sdb", disk("ssd", 1920, "SAMSUNG MZ7L31T9HBLT-00A07", serial("C"), "ZFS"));
    disks.set("/dev/sdc", disk("ssd", 3840, "INTEL SSDSC2KG038TZ", serial("D")));
    disks.set("/dev/sdd", disk("ssd", 3840, "INTEL SSDSC2KG038TZ", serial("E")));
    disks.set("/dev/sde", disk("hdd", 4000, "TOSHIBA MG08ADA400N", serial("F")));
    disks.set("/dev/sdf", {
      ...disk("hdd", 4000, "TOSHIBA MG08ADA400N", serial("0")),
      health: index === 1 ? "FAILED" : "PASSED",
    });
  });
};
