/**
 * The volume that a task has left on a storage: PVE names it, and tells nobody but its log.
 *
 * @module
 */
import { parseUpid } from "../pve/upid.ts";
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";

/** What is on a storage. */
export const CONTENT = "GET /nodes/{node}/storage/{storage}/content";

/** Fields of a volume that are told. */
const TOLD = ["volid", "size", "format", "ctime", "protected", "notes"];

/** Where the volume is looked for. */
interface Where {
  readonly node: string;
  readonly storage: string;
  readonly content: string;
  readonly vmid?: number;
}

function told(row: Row): Row {
  return Object.fromEntries(TOLD.flatMap((name) => row[name] ? [[name, row[name]]] : []));
}

async function rowsOf(context: ReadContext, where: Where): Promise<readonly Row[]> {
  return (await context.request(CONTENT, { ...where })).data as readonly Row[];
}

/** Backups that are no older than the task that made them, the newest of each guest. */
export async function backupsMade(
  context: ReadContext,
  where: Omit<Where, "content">,
  upid: string | undefined,
): Promise<ReadonlyMap<number, Row>> {
  const began = parseUpid(upid)?.starttime ?? 0;
  const rows = await rowsOf(context, { ...where, content: "backup" });
  return new Map(
    rows.filter(({ ctime }) => Number(ctime) >= began)
      .toSorted((one, other) => Number(one.ctime) - Number(other.ctime))
      .map((row) => [Number(row.vmid), told(row)]),
  );
}

/** The backup that a task has made of a guest. */
export async function backupMade(
  context: ReadContext,
  where: Omit<Where, "content"> & { readonly vmid: number },
  { state, task }: CallResult,
): Promise<Outcome> {
  if (state !== "done") return {};
  const object = (await backupsMade(context, where, task?.upid)).get(where.vmid);
  return object ? { object } : {};
}

/** A file's name as PVE writes it on a storage. */
function storedName(filename: string): string {
  return filename.replace(/^.*[/\\]/, "").replace(/[^\w.-]/g, "_");
}

/** A file that came from elsewhere, and whether its bytes were compared with a checksum. */
export async function fileMade(
  context: ReadContext,
  where: Where,
  filename: string,
  algorithm: unknown,
): Promise<Outcome> {
  const end = `/${storedName(filename)}`;
  const row = (await rowsOf(context, where)).find(({ volid }) => String(volid).endsWith(end));
  return {
    ...(row ? { object: told(row) } : {}),
    notes: [
      algorithm === undefined
        ? "Its content was not verified: no checksum was given"
        : `Its ${algorithm} checksum was verified`,
    ],
  };
}
