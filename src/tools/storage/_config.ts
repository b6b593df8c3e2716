/**
 * Storage definitions: what cannot change once a storage exists, names of older releases, and the
 * use of storages in one form.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import type { ExtraParam } from "../../tool/define.ts";
import { joinRetention } from "../_retention.ts";

const TEXT: ExtraParam = { type: "string", unlisted: true };

/** Properties that Proxmox VE fixes when a storage is made; an update may only repeat them. */
export const FIXED_PARAMS: Readonly<Record<string, ExtraParam>> = {
  type: TEXT,
  path: TEXT,
  export: TEXT,
  share: TEXT,
  portal: TEXT,
  target: TEXT,
  thinpool: TEXT,
  vgname: TEXT,
};

/** Types that all nodes share by nature: Proxmox VE knows, and refuses to be told. */
const ALWAYS_SHARED = [
  "cephfs",
  "cifs",
  "glusterfs",
  "iscsi",
  "iscsidirect",
  "nfs",
  "pbs",
  "rbd",
  "zfs",
];

function dropShared(args: Args, type: string, context: ReadContext): Args {
  if (args.shared === undefined || !ALWAYS_SHARED.includes(type)) return args;
  context.notes.push(`"shared" was not used: a storage of type ${type} always is`);
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== "shared"));
}

/** A new definition, in the words that its type takes. */
export function newStorage(args: Args, context: ReadContext): Args {
  return dropShared(joinRetention(args, context), String(args.type), context);
}

/**
 * An update without what is fixed.
 *
 * @throws {ToolError} When something fixed is to become different.
 */
export async function dropFixed(input: Args, context: ReadContext): Promise<Args> {
  const retained = joinRetention(input, context);
  const fixed = Object.keys(FIXED_PARAMS).filter((name) => retained[name] !== undefined);
  if (fixed.length === 0 && retained.shared === undefined) return retained;
  const { storage } = retained;
  const now = (await context.request("GET /storage/{storage}", { storage })).data as Row;
  const args = dropShared(retained, String(now.type), context);
  const changed = fixed.filter((name) => String(args[name]) !== String(now[name] ?? ""));
  if (changed.length > 0) {
    throw new ToolError(`Cannot change ${changed.join(", ")} of storage "${storage}"`, {
      reason: "Proxmox VE fixes them when a storage is made",
      parameters: Object.fromEntries(
        changed.map((name) => [
          name,
          now[name] === undefined
            ? `is fixed, and this ${now.type} storage has none`
            : `is fixed; now ${JSON.stringify(now[name])}`,
        ]),
      ),
      notes: [
        "Nothing was changed. A storage can be deleted and made anew: its data stays, but guests must not use it meanwhile",
      ],
    });
  }
  return Object.fromEntries(Object.entries(args).filter(([name]) => !fixed.includes(name)));
}

/** A row of the cluster's resources, or of one node's storages, in one form. */
function usageRow(row: Row, node: unknown): Row {
  const used = row.used ?? row.disk;
  const total = row.total ?? row.maxdisk;
  const status = row.status ?? (row.active === 1 ? "available" : row.enabled ? "inactive" : "off");
  return {
    storage: row.storage,
    node: row.node ?? node,
    type: row.plugintype ?? row.type,
    status,
    used,
    total,
    avail: row.avail ?? (Number(total ?? 0) - Number(used ?? 0)),
    used_fraction: row.used_fraction ?? (Number(total) > 0 ? Number(used) / Number(total) : 0),
    shared: row.shared,
    content: row.content,
  };
}

/** How full storages are, on all nodes or on one. */
export function usage(data: unknown, { node }: Args): unknown {
  const rows = (data as Row[]).map((row) => usageRow(row, node));
  const groups = Map.groupBy(
    rows,
    (row) => JSON.stringify(row.shared === 1 ? { ...row, node: undefined } : row),
  );
  // A shared storage is the same on all its nodes.
  return [...groups.values()].map((same) => ({
    ...same[0],
    node: same.map((row) => row.node).sort().join(", "),
  }));
}
