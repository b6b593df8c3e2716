/**
 * Lines that workers print while they copy.
 *
 * @module
 */

import type { Cluster } from "../core/cluster.ts";
import type { Volume } from "../core/model.ts";
import { splitVolid } from "../storage/storages.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const STEPS = 10;
/** What is no larger is copied before the first step is told. */
const SMALL_BYTES = 4 * 1024 ** 3;

/** What `qemu-img` prints when it makes a volume that is a file. */
export function formattingLines(cluster: Cluster, volume: Volume): string[] {
  const { volid, format, size } = volume;
  if (!cluster.storages.kind(splitVolid(volid).storage).files) return [];
  const options = format === "qcow2"
    ? `cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size=${size} ` +
      "lazy_refcounts=off refcount_bits=16"
    : `size=${size} preallocation=off`;
  return [`Formatting '${cluster.storages.path(volid)}', fmt=${format} ${options}`];
}

const BLOCK_BYTES = 4096;
const GROUP_BLOCKS = 32_768;

/** What `mkfs.ext4` prints when it makes a file system on a container's volume. */
export function fileSystemLines(id: string, bytes: number): string[] {
  const blocks = Math.floor(bytes / BLOCK_BYTES);
  const groups = Math.ceil(blocks / GROUP_BLOCKS);
  const backups = Array.from({ length: groups }, (_, group) => group)
    .filter((group) => [3, 5, 7].some((base) => isPower(group, base)));
  return [
    `Creating filesystem with ${blocks} 4k blocks and ${Math.floor(blocks / 4)} inodes`,
    `Filesystem UUID: ${id}`,
    "Superblock backups stored on blocks: ",
    `\t${backups.map((group) => group * GROUP_BLOCKS).join(", ")}`,
  ];
}

function isPower(value: number, base: number): boolean {
  if (value < 1) return false;
  return value === 1 || (value % base === 0 && isPower(value / base, base));
}

/** Bytes as workers print them: `1.5 GiB`. */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** Progress of a copied disk, from nothing to all of it. */
export function transferLines(bytes: number): string[] {
  const steps = bytes <= SMALL_BYTES ? 1 : STEPS;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const share = step / steps;
    return `transferred ${humanBytes(bytes * share)} of ${humanBytes(bytes)} ` +
      `(${(share * 100).toFixed(2)}%)`;
  });
}

const SHARES = Array.from({ length: STEPS }, (_, index) => (index + 1) / STEPS);

/** Progress of a backup. */
export function backupLines(bytes: number): string[] {
  return SHARES.map((share, index) => {
    const percent = String(Math.round(share * 100)).padStart(3);
    const amount = `${humanBytes(bytes * share)} of ${humanBytes(bytes)}`;
    return `INFO: ${percent}% (${amount}) in ${index + 1}s, read: 1.1 GiB/s, write: 402.6 MiB/s`;
  });
}

/** Progress of a restore. */
export function restoreLines(bytes: number): string[] {
  return SHARES.map((share, index) =>
    `progress ${Math.round(share * 100)}% (read ${Math.floor(bytes * share)} bytes, ` +
    `duration ${index + 1} sec)`
  );
}
