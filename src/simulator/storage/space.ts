/**
 * Checks the free space that a volume needs: only where a storage gives out all of it at once. Sources:
 * PVE::Storage::LVMPlugin, PVE::Storage::ZFSPoolPlugin.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** What LVM gives out at least, in bytes. */
const EXTENT = 4 * MIB;

function extents(bytes: number): number {
  return Math.ceil(bytes / EXTENT);
}

/** Refuses a new volume that does not fit; sizes are bytes. */
export function assertSpace(
  definition: Entry | undefined,
  name: string,
  size: number,
  avail: number,
): void {
  if (size <= avail) return;
  if (definition?.type === "lvm") {
    throw failed(
      `lvcreate '${definition.vgname}/${name}' error:   Volume group "${definition.vgname}" ` +
        `has insufficient free space (${extents(avail)} extents): ${extents(size)} required.`,
    );
  }
  if (definition?.type === "zfspool" && !Number(definition.sparse)) {
    throw failed(`zfs error: cannot create '${definition.pool}/${name}': out of space`);
  }
}

/** Refuses to make a volume larger by more bytes than there are. */
export function assertGrowth(
  definition: Entry | undefined,
  path: string,
  more: number,
  avail: number,
): void {
  if (definition?.type !== "lvm" || extents(more) <= extents(avail)) return;
  throw failed(
    `error resizing volume '${path}':   Insufficient free space: ${extents(more)} ` +
      `extents needed, but only ${extents(avail)} available`,
  );
}
