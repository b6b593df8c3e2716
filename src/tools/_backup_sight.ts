/**
 * Whose backups the token sees: of the others nobody can say that there is none.
 *
 * @module
 */
import type { PermissionMap } from "../pve/coverage.ts";
import { BACKUPS, sightOf, takes } from "../pve/hidden_rows.ts";

/** The sight of a token on the backups of some storages. */
export interface BackupSight {
  /** True when it sees all backups of a guest; without one, of every guest. */
  readonly sees: (vmid?: number) => boolean;
  /** What it lacks to see those of every guest. */
  readonly lacks: readonly string[];
}

/**
 * The sight of a token on storages.
 *
 * @param permissions Undefined where they could not be read: then nothing is taken for seen.
 */
export function backupSight(
  permissions: PermissionMap | undefined,
  storages: readonly string[],
): BackupSight {
  if (!permissions) return { sees: () => false, lacks: [takes(BACKUPS)] };
  const places = [...new Set(storages)];
  const lacksOf = (vmid?: number): readonly string[] => [
    ...new Set(
      places.flatMap((storage) => sightOf(BACKUPS, permissions, { storage, vmid }).lacks),
    ),
  ];
  const lacks = lacksOf();
  // Of thousands of guests most have what comes down to all: what holds for one holds for them.
  let seesOthers: boolean | undefined;
  const sees = (vmid?: number): boolean =>
    vmid === undefined
      ? lacks.length === 0
      : Object.hasOwn(permissions, `/vms/${vmid}`)
      ? lacksOf(vmid).length === 0
      : seesOthers ??= lacksOf(vmid).length === 0;
  return { sees, lacks };
}
