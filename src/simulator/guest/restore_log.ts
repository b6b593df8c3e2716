/**
 * What the worker of a restore writes. Sources: PVE::QemuServer, PVE::LXC::Create.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { perlDate } from "../core/dates.ts";
import type { BackupContent, Guest } from "../core/model.ts";
import { uuid } from "../core/random.ts";
import { disksOf } from "./config.ts";
import { fileSystemLines, formattingLines, restoreLines } from "./progress.ts";

/** What a VM's archive is unpacked by. */
export function extraction(cluster: Cluster, archive: string): string {
  const path = cluster.storages.path(archive);
  const unpacker = { zst: "zstd -q -d -c", gz: "zcat", lzo: "lzop -d -c" }[
    /\.(zst|gz|lzo)$/.exec(path)?.[1] ?? ""
  ];
  const target = "/var/tmp/vzdumptmp1234";
  return unpacker === undefined
    ? `vma extract -v -r ${target}.fifo ${path} ${target}`
    : `set -o pipefail && ${unpacker} ${path} | vma extract -v -r ${target}.fifo - ${target}`;
}

/** What the head of a VM's archive says. */
function headerLines(cluster: Cluster, backup: BackupContent): string[] {
  const text = Object.entries(backup.config).map(([key, value]) => `${key}: ${value}\n`).join("");
  return [
    `CFG: size: ${text.length} name: qemu-server.conf`,
    ...Object.entries(backup.sizes).map(([key, size], index) =>
      `DEV: dev_id=${index + 1} size: ${size} devname: drive-${key}`
    ),
    `CTIME: ${perlDate(cluster.now())}`,
  ];
}

/** What a worker prints while it fills the volumes. */
export function filledLines(
  cluster: Cluster,
  guest: Guest,
  archive: string,
  made: readonly string[],
  bytes: number,
): string[] {
  const volumes = made.flatMap((volid) => cluster.storages.find(volid, guest.node) ?? []);
  if (guest.type === "lxc") {
    return [
      ...volumes.flatMap((volume) => [
        ...formattingLines(cluster, volume),
        ...(volume.format === "raw" ? fileSystemLines(uuid(cluster.random), volume.size) : []),
      ]),
      `restoring '${archive}' now..`,
      `extracting archive '${cluster.storages.path(archive)}'`,
      "Total bytes read: 2109440 (2.1MiB, 84MiB/s)",
      "merging backed-up and given configuration..",
    ];
  }
  const keys = disksOf("qemu", guest.config).filter(({ volid }) => made.includes(volid));
  return [
    ...volumes.flatMap((volume) => [
      ...formattingLines(cluster, volume),
      `new volume ID is '${volume.volid}'`,
    ]),
    ...keys.map(({ key, volid }) =>
      `map 'drive-${key}' to '${cluster.storages.path(volid)}' (write zeros = 0)`
    ),
    `total bytes read ${bytes}, sparse bytes ${bytes} (100%)`,
    "rescan volumes...",
  ];
}

/** What a worker prints before there is any volume; of a VM, how far it is as well. */
export function beginningLines(
  cluster: Cluster,
  type: Guest["type"],
  archive: string,
  backup: BackupContent,
  canFill: boolean,
): string[] {
  if (type === "lxc") return [`recovering backed-up configuration from '${archive}'`];
  const command = extraction(cluster, archive).replace("set -o pipefail && ", "");
  return [
    `restore vma archive: ${command}`,
    ...headerLines(cluster, backup),
    ...(canFill
      ? restoreLines(Object.values(backup.sizes).reduce((sum, size) => sum + size, 0))
      : []),
  ];
}
