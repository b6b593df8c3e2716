/**
 * Every privilege that PVE 9.2 knows, and what 8.4 knows beside them.
 * Source: the answer of `GET /access/permissions` to an administrator; PVE::AccessControl of 8.4.
 *
 * @module
 */

function named(prefix: string, names: string): string[] {
  return names.split(" ").map((name) => `${prefix}.${name}`);
}

/** Names of all privileges of 9.2, sorted. */
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

/** What 8.4 has in place of the privileges of the guest agent. */
export const PRIVILEGES_BEFORE_9: readonly string[] = ["VM.Monitor"];
