/**
 * Whose backups the token sees: of the others nobody can say that there is none.
 *
 * @module
 */
import type { PermissionMap } from "../pve/coverage.ts";
import { BACKUPS, sightOf, takes } from "../pve/hidden_rows.ts";

/** What the token lacks to see backups on all of the storages: of a guest, or of every one. */
export type BackupSight = (vmid?: number) => readonly string[];

/**
 * The sight of a token on storages.
 *
 * @param permissions Undefined where they could not be read: then nothing is taken for seen.
 */
export function backupSight(
  permissions: PermissionMap | undefined,
  storages: readonly string[],
): BackupSight {
  if (!permissions) return () => [takes(BACKUPS)];
  return (vmid) => {
    const lacks = [...new Set(storages)].flatMap((storage) =>
      sightOf(BACKUPS, permissions, { storage, vmid }).lacks
    );
    return [...new Set(lacks)];
  };
}
