/**
 * The configuration inside a backup. Source: PVE::API2::VZDump.
 *
 * @module
 */
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { BackupContent } from "../core/model.ts";
import { named } from "../core/params.ts";
import { disksOf } from "../guest/config.ts";
import { requireBackup } from "./backups.ts";
import { splitVolid } from "./storages.ts";

/** Where the drives of a VM's backup were. */
function mapLines({ config, sizes }: BackupContent): string[] {
  return disksOf("qemu", config).filter(({ key }) => sizes[key] !== undefined)
    .map(({ key, volid }) => {
      const format = /\.(raw|qcow2|vmdk)$/.exec(volid)?.[1] ?? "";
      return `#qmdump#map:${key}:drive-${key}:${splitVolid(volid).storage}:${format}:`;
    });
}

/** The configuration as text, with what the backup says of the drives. */
export function extractConfig(cluster: Cluster, call: Call): string {
  const backup = requireBackup(cluster, named(call, "volume"), named(call, "node"));
  const { type, config } = backup;
  const { description, ...options } = config;
  const comments = description === undefined
    ? []
    : String(description).trimEnd().split("\n").map((line) =>
      `#${encodeURI(line).replaceAll("%20", " ")}`
    );
  const lines = Object.entries(options).sort(byName).map(([key, value]) => `${key}: ${value}`);
  return [...comments, ...lines, ...(type === "qemu" ? mapLines(backup) : [])]
    .map((line) => `${line}\n`).join("");
}
