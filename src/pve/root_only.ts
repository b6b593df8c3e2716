/**
 * Parameters that root@pam alone may give, and no token of root either. No schema says so. Sources:
 * PVE::API2::Qemu, PVE::API2::LXC, PVE::LXC::Config, PVE::API2::VZDump.
 *
 * @module
 */

/** Options in the configuration of a guest, by its type. */
export const ROOT_ONLY_CONFIG: Readonly<Record<"qemu" | "lxc", RegExp>> = {
  qemu: /^(?:args|lock|hookscript|affinity|runningmachine|keephugepages)$/,
  lxc: /^(?:entrypoint|env)$/,
};

/** Options of a backup. */
export const ROOT_ONLY_BACKUP: readonly string[] = ["tmpdir", "dumpdir", "script", "job-id"];

/** Options of requests about a guest that set nothing in its configuration. */
const ROOT_ONLY_REQUEST = /^(?:skiplock|stateuri|migratedfrom|nocheck|parallel\[n\])$/;

/** True for a parameter that no token may give to the operation of a path. */
export function isRootOnly(path: string, name: string): boolean {
  if (path.endsWith("/vzdump")) return ROOT_ONLY_BACKUP.includes(name);
  const [, type] =
    /^\/nodes\/\{node\}\/(qemu|lxc)(?:\/\{vmid\}\/(?:config|status\/\w+))?$/.exec(path) ??
      [];
  if (type !== "qemu" && type !== "lxc") return false;
  return ROOT_ONLY_REQUEST.test(name) || ROOT_ONLY_CONFIG[type].test(name);
}
