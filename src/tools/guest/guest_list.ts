import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { GUEST_TYPES } from "../../tool/compatibility_table.ts";
import { lookup } from "../../base/lookup.ts";
import { defineTool, read } from "../../tool/define.ts";
import type { Args } from "../../pve/encode.ts";
import { withoutLeftovers } from "../../pve/guest_rows.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { listAnswer, namedFields } from "../../answer/list.ts";
import { sortRows } from "../../answer/order.ts";
import { loadNotes } from "./_rates.ts";
import { byState, ON_DEMAND, withColumns } from "./_columns.ts";

const COLUMNS = [
  "vmid",
  "name",
  "type",
  "node",
  "status",
  "cpu",
  "maxcpu",
  "mem",
  "maxmem",
  "uptime",
  "tags",
  "pool",
  "hastate",
  "lock",
  "template",
];

function isGuest(row: Row): boolean {
  return row.type === "qemu" || row.type === "lxc";
}

function checkNode(node: unknown, nodes: readonly Row[]): void {
  const names = nodes.map((row) => String(row.node));
  if (node === undefined || names.length === 0 || names.includes(String(node))) return;
  throw new ToolError(`There is no node "${node}"`, {
    reason: `Nodes: ${names.sort().join(", ")}.${didYouMean(String(node), names)}`,
  });
}

/** The type to show; undefined for all. */
function typeOf(word: unknown): string | undefined {
  if (word === undefined || word === "all") return undefined;
  const type = lookup(GUEST_TYPES, String(word).toLowerCase());
  if (type !== undefined) return type;
  throw new ToolError(`There is no type of guests "${word}"`, {
    reason: `Types: all, ${Object.keys(GUEST_TYPES).join(", ")}`,
  });
}

async function list(context: ReadContext, args: Args): Promise<Answer> {
  const { data } = await context.request("GET /cluster/resources", {});
  const listed = withoutLeftovers(data as Row[]);
  const rows = await context.guests.asTheyAre(listed, context.signal) as readonly Row[];
  const nodes = rows.filter((row) => row.type === "node");
  checkNode(args.node, nodes);
  const type = typeOf(args.type);
  const all = rows.filter(isGuest);
  const matching = all.filter((row) =>
    (type === undefined || row.type === type) && (args.node === undefined || row.node === args.node)
  );
  const offline = nodes.filter((row) => row.status === "offline").map((row) => String(row.node));
  const notes = offline.length === 0 ? [] : [
    `Not online: ${
      offline.sort().join(", ")
    }. Names and states of guests there may be missing until they are back: give numbers`,
  ];
  const options = byState(context.options);
  const found = await withColumns(
    context,
    sortRows(matching, "vmid"),
    options,
  );
  const spec = {
    columns: COLUMNS.toSpliced(5, 0, ...ON_DEMAND),
    onDemand: ON_DEMAND,
    flags: ["template"], // A column of zeros tells nobody anything.
    before: all.length,
  };
  const answer = listAnswer(found, spec, options, "Guests");
  const meaning = loadNotes(answer.list?.columns ?? [], namedFields(options));
  return { ...answer, notes: [...notes, ...meaning] };
}

export default defineTool({
  name: "proxmox_guest_list",
  title: "Guests",
  description:
    "VMs and containers, with load. Also: state, pending, ostype, notes, addresses, storages.",
  actions: {
    default: read("GET /cluster/resources", {
      extraParams: {
        type: { type: "string" },
        node: { type: "string" },
      },
      content: "guest",
      columns: COLUMNS,
      run: list,
      uses: [
        "GET /nodes/{node}/qemu",
        "GET /nodes/{node}/{type}/{vmid}/pending",
        "GET /nodes/{node}/{type}/{vmid}/rrddata",
        "GET /nodes/{node}/lxc/{vmid}/interfaces",
        "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces",
      ],
    }),
  },
});
