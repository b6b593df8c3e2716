/**
 * Every privilege that PVE 9.2 knows.
 * Source: the answer of `GET /access/permissions` to an administrator.
 *
 * @module
 */

function named(prefix: string, names: string): string[] {
  return names.split(" ").map((name) => `${prefix}.${name}`);
}

/** Names of all privileges, sorted. */
export const PRIVILEGES: readonly string[] = [
  ...named("Datastore", "Allocate AllocateSpace AllocateTemplate Audit"),
  ...named("Group", "Allocate"),
  ...named("Mapping", "Audit Modify Use"),
  ...named("Permissions", "Modify"),
  ...named("Pool", "Allocate Audit"),
  ...named("Realm", "Allocate AllocateUser"),
  ...named("SDN", "Allocate Audit Use"),
  ...named("Sys", "AccessNetwork Audit Console Incoming Modify PowerMgmt Syslog"),
  ...named("User", "Modify"),
  ...named("VM", "Allocate Audit Backup Clone"),
  ...named("VM.Config", "CDROM CPU Cloudinit Disk HWType Memory Network Options"),
  ...named("VM", "Console"),
  ...named("VM.GuestAgent", "Audit FileRead FileSystemMgmt FileWrite Unrestricted"),
  ...named("VM", "Migrate PowerMgmt Replicate Snapshot Snapshot.Rollback"),
];
