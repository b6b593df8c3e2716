/**
 * Where a new guest's disk goes when the caller does not say.
 *
 * @module
 */
import { ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";

interface StorageRow {
  readonly storage: string;
  readonly active?: number;
  readonly avail?: number;
}

/** The storage that an installer of PVE makes for disks. */
const USUAL = "local-lvm";

/**
 * `local-lvm` where the node has it, otherwise its storage with most room for such content.
 *
 * @param content `images` for VMs, `rootdir` for containers.
 */
export async function defaultStorage(
  context: ReadContext,
  content: "images" | "rootdir",
): Promise<string> {
  const node = nodeOf(context);
  const { data } = await context.request("GET /nodes/{node}/storage", {
    node,
    content,
    enabled: true,
  });
  const rows = (data as StorageRow[]).filter((row) => row.active !== 0);
  const [largest] = rows.toSorted((one, other) => (other.avail ?? 0) - (one.avail ?? 0));
  const chosen = rows.find((row) => row.storage === USUAL) ?? largest;
  if (!chosen) {
    throw new ToolError('Cannot choose a storage; give "storage"', {
      reason: `The token sees none on ${node} that takes ${content}`,
      notes: ["proxmox_storage_config lists storages; it may lack Datastore.Audit"],
    });
  }
  return chosen.storage;
}

/**
 * Refuses the bare name of a file, for which PVE blames a drive that nobody named.
 *
 * @param folder What stands before the file's name in a volume: `iso`, `vztmpl`.
 * @throws {ToolError} When it names no storage, is no path, and no word of PVE's.
 */
export function checkVolume(name: string, value: unknown, folder: string): void {
  const volume = String(value);
  if (/[:/]/.test(volume) || ["none", "cdrom"].includes(volume)) return;
  throw new ToolError(`Cannot use "${volume}"`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { [name]: `expected a volume with its storage, such as local:${folder}/${volume}` },
    notes: [
      `proxmox_storage_content action=list storage=local content=${folder} shows what is there`,
    ],
  });
}
