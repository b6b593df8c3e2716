/**
 * What the log of a backup says of single guests. Source: PVE::VZDump.
 *
 * @module
 */
const GUEST_FAILED = /^ERROR: Backup of VM (\d+) failed - (.*)$/;

/** Lines of a log that are read: a run over hundreds of guests writes thousands. */
export const MAX_BACKUP_LINES = 50_000;

/** Why guests were not backed up, by number. */
export function backupFailures(lines: readonly string[]): Map<number, string> {
  const failures = new Map<number, string>();
  for (const line of lines) {
    const [, vmid, why = ""] = GUEST_FAILED.exec(line) ?? [];
    if (vmid !== undefined) failures.set(Number(vmid), why);
  }
  return failures;
}
