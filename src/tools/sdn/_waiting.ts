/**
 * Everything in SDN that waits to be applied, whichever tool changed it.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { ReadOperation } from "../../pve/api.ts";
import { PveError } from "../../pve/errors.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { read } from "../../tool/define.ts";
import { listAnswer } from "../../answer/list.ts";
import { subnetRows } from "./_subnets.ts";

/** What kinds of objects there are beside subnets, and where they are listed. */
const KINDS: readonly (readonly [kind: string, operation: ReadOperation])[] = [
  ["controller", "GET /cluster/sdn/controllers"],
  ["zone", "GET /cluster/sdn/zones"],
  ["vnet", "GET /cluster/sdn/vnets"],
];
const FABRICS = "GET /cluster/sdn/fabrics/all";

interface Fabrics {
  readonly fabrics?: readonly Row[];
  readonly nodes?: readonly Row[];
}

/** Fabrics and their nodes; before Proxmox VE 9 there are none. */
async function fabricRows(context: ReadContext): Promise<Row[]> {
  try {
    const { fabrics = [], nodes = [] } = (await context.request(FABRICS, { pending: true }))
      .data as Fabrics;
    return [
      ...fabrics.map((row): Row => ({ ...row, kind: "fabric" })),
      ...nodes.map((row): Row => ({
        ...row,
        kind: "fabric node",
        id: `${row.fabric_id}/${row.node_id}`,
      })),
    ];
  } catch (error) {
    if (error instanceof PveError && error.status === 501) return [];
    throw error;
  }
}

/** `mtu 1500 → 1450, ipam pve → deleted` */
function changesOf({ pending, ...running }: Row): string | undefined {
  if (typeof pending !== "object" || pending === null) return undefined;
  return Object.entries(pending).map(([name, value]) => {
    const now = running[name];
    return now === undefined ? `${name} ${value}` : `${name} ${now} → ${value}`;
  }).join(", ");
}

/** All that waits. */
async function listWaiting(context: ReadContext): Promise<Answer> {
  const listed = KINDS.map(async ([kind, operation]) => {
    const rows = (await context.request(operation, { pending: true })).data as readonly Row[];
    return rows.map((row): Row => ({ ...row, kind, id: row[kind] }));
  });
  const subnets = subnetRows(context).then((rows) =>
    rows.map((row): Row => ({ ...row, kind: "subnet", id: row.subnet }))
  );
  const rows = (await Promise.all([...listed, subnets, fabricRows(context)])).flat()
    .filter(({ state }) => typeof state === "string" && state !== "")
    .map((row): Row => ({
      ...{ kind: row.kind, id: row.id, state: row.state },
      ...defined({ changes: changesOf(row) }),
    }));
  const spec = { columns: ["kind", "id", "state", "changes"] };
  const answer = listAnswer(rows, spec, context.options, "Waiting for action=apply");
  return rows.length > 0 ? answer : { title: "Nothing in SDN waits to be applied" };
}

/** Lists what `apply` would put into effect, and `rollback` discard. */
export const pending = read("GET /cluster/sdn/zones", {
  run: listWaiting,
  uses: [
    ...KINDS.map(([, operation]) => operation),
    "GET /cluster/sdn/vnets/{vnet}/subnets",
    FABRICS,
  ],
});
