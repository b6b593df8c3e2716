/**
 * A disk that is imported has the size of its image; it grows afterwards, before the VM starts.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import type { Args } from "../../pve/encode.ts";
import { gibibytes, parseSize } from "../../pve/size.ts";
import { ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { ownDisks, vmidOf } from "./_created.ts";

/** What tells the size of an image. */
export const VOLUME = "GET /nodes/{node}/storage/{storage}/content/{volume}";

const IMPORT = /\bimport-from=([^,]+)/;

/** The disk that comes from an image. */
export function importedDisk(args: Args): string | undefined {
  return ownDisks(args).find((key) => IMPORT.test(String(args[key])));
}

/** Bytes of an image; undefined where Proxmox VE does not tell. */
async function imageSize(context: ReadContext, image: string): Promise<number | undefined> {
  const [, storage] = /^([A-Za-z][\w.-]*):/.exec(image) ?? [];
  if (storage === undefined) return undefined;
  const args = { node: nodeOf(context), storage, volume: image };
  try {
    const { data } = await context.request(VOLUME, args);
    return Number((data as { readonly size?: unknown } | null)?.size) || undefined;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

/**
 * Refuses a size that is less than the image's: Proxmox VE shrinks no disk.
 *
 * @throws {ToolError} When it is known to be.
 */
export async function checkGrowth(context: ReadContext, disk: string, args: Args): Promise<void> {
  const [, image = ""] = IMPORT.exec(String(args[disk])) ?? [];
  const size = await imageSize(context, image);
  if (size === undefined || parseSize(String(args.disk_size)) >= size) return;
  throw new ToolError(`Cannot make ${disk} smaller than its image`, {
    reason: "Proxmox VE shrinks no disk",
    parameters: { disk_size: `${image} has ${bytes(size)}: give that or more, or leave it out` },
    notes: ["Nothing was done"],
  });
}

/** What is done with a VM after its disk was imported: the disk grows, and only then does it start. */
export async function growImported(context: ReadContext, args: Args): Promise<PlannedRequest[]> {
  const disk = importedDisk(args);
  if (disk === undefined || args.disk_size === undefined) return [];
  const place = { node: nodeOf(context), vmid: await vmidOf(args, context) };
  const size = `${gibibytes(String(args.disk_size))}G`;
  return [
    { operation: "PUT /nodes/{node}/qemu/{vmid}/resize", args: { ...place, disk, size } },
    ...(args.start === true
      ? [{ operation: "POST /nodes/{node}/qemu/{vmid}/status/start", args: place } as const]
      : []),
  ];
}
