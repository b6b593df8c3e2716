/**
 * What changes of a storage's content take away: volumes, files, backups.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { bytes } from "../../base/text/units.ts";
import type { Args } from "../encode.ts";
import {
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  isOff,
  isOn,
  type Loss,
} from "./effect.ts";
import { prunedNow, retentionOf } from "./pruning.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { knownVolume, ownerByName, useText } from "./volumes.ts";

type ContentOperation = Extract<ChangeOperation, `${string} /nodes/{node}/storage${string}`>;

/** The volume in the path: with its storage, or with that of the path. */
function volidOf({ storage, volume }: Args): string {
  const name = String(volume);
  return /^[A-Za-z][\w.-]*:/.test(name) ? name : `${storage}:${name}`;
}

/** `local:iso/x.iso (783.00 MiB)` */
function volumeText(volid: string, row: Row | undefined): string {
  return Number(row?.size) > 0 ? `${volid} (${bytes(Number(row?.size))})` : volid;
}

async function deleted(args: Args, state: CurrentState): Promise<Loss[]> {
  const volid = volidOf(args);
  const known = await knownVolume(volid, String(args.node), state);
  const uses = useText(known);
  const text = volumeText(volid, known.row);
  return [{ what: uses === "" ? text : `${text}, ${uses}`, guests: known.guests }];
}

/** PVE writes over a file that is there. Source: upload of PVE::API2::Storage::Status. */
async function overwritten(args: Args, state: CurrentState): Promise<Loss[]> {
  const { node, storage, content, filename } = args;
  // As PVE does: the last part of the path, with what it takes in names.
  const name = String(filename).replace(/^.*[/\\]/, "").replace(/[^-a-zA-Z0-9_.]/g, "_");
  const volid = `${storage}:${content}/${name}`;
  const rows = await readRows(state, "GET /nodes/{node}/storage/{storage}/content", {
    ...{ node, storage, content },
  });
  if (!rows) return [{ what: `what ${volid} holds, which could not be read`, guests: [] }];
  const row = rows.find((each) => each.volid === volid);
  if (!row) return [];
  const uses = await knownVolume(volid, String(node), state);
  const parts = [volumeText(volid, row), useText(uses)].filter((each) => each !== "");
  return [{ what: `${parts.join(", ")}: overwritten`, guests: uses.guests }];
}

/** What keeps a backup from being removed, when it is there. */
async function unprotected(args: Args, state: CurrentState): Promise<Loss[]> {
  if (!isOff(args.protected)) return [];
  const { node, storage } = args;
  const volid = volidOf(args);
  const operation = "GET /nodes/{node}/storage/{storage}/content/{volume}";
  const row = await readRow(state, operation, {
    ...{ node, volume: volid },
    storage: storage ?? volid.split(":")[0],
  });
  if (row && !isOn(row.protected)) return [];
  const owner = ownerByName(volid);
  const unread = row ? "" : ", which could not be read";
  return [{
    what: `the protection of ${volid} from removal${unread}`,
    guests: owner === undefined ? [] : [owner],
  }];
}

const prunes: Effect<"prune-backups" | "vmid" | "type"> = {
  takes: "the backups that are not kept",
  by: ["prune-backups", "vmid", "type"],
  judge: async (args, state) => {
    const { node, storage, vmid, type } = args;
    return await prunedNow({ nodes: [String(node)], storage: String(storage) }, {
      retention: retentionOf(args["prune-backups"]),
      ...defined({ vmid: vmid?.toString(), type: type?.toString() }),
    }, state);
  },
};

export const contentEffects = {
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": [
    { takes: "the volume, with all that is on it", judge: deleted },
  ],
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": [
    { takes: "the protection of a backup from removal", by: ["protected"], judge: unprotected },
  ],
  "POST /nodes/{node}/storage/{storage}/content": { nothing: "makes a volume, over none" },
  "POST /nodes/{node}/storage/{storage}/content/{volume}": { nothing: "makes a copy, over none" },
  "POST /nodes/{node}/storage/{storage}/upload": [
    { takes: "a file of that name", by: ["content", "filename"], judge: overwritten },
  ],
  // It has `content`, but refuses to write over a file that is there.
  "POST /nodes/{node}/storage/{storage}/download-url": [],
  "POST /nodes/{node}/storage/{storage}/oci-registry-pull": {
    nothing: "refuses to write over a file that is there",
  },
  "DELETE /nodes/{node}/storage/{storage}/prunebackups": [prunes],
} as const satisfies EffectTable<ContentOperation>;
