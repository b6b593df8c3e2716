import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read } from "../../tool/define.ts";
import type { Args } from "../../pve/encode.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { listAnswer } from "../../answer/list.ts";

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

/** Only templates say so: a column of zeros tells nobody anything. */
function plainRow({ template, ...row }: Row): Row {
  return template ? { ...row, template } : row;
}

function checkNode(node: unknown, nodes: readonly Row[]): void {
  const names = nodes.map((row) => String(row.node));
  if (node === undefined || names.length === 0 || names.includes(String(node))) return;
  throw new ToolError(`There is no node "${node}"`, {
    reason: `Nodes: ${names.sort().join(", ")}.${didYouMean(String(node), names)}`,
  });
}

async function list(context: ReadContext, args: Args): Promise<Answer> {
  const { data } = await context.request("GET /cluster/resources", {});
  const rows = await context.guests.asTheyAre(data as Row[], context.signal) as readonly Row[];
  const nodes = rows.filter((row) => row.type === "node");
  checkNode(args.node, nodes);
  const type = args.type === "vm" ? "qemu" : args.type ?? "all";
  const all = rows.filter(isGuest);
  const matching = all.filter((row) =>
    (type === "all" || row.type === type) && (args.node === undefined || row.node === args.node)
  );
  const offline = nodes.filter((row) => row.status !== "online").map((row) => String(row.node));
  const notes = [
    ...(offline.length === 0 ? [] : [
      `Not online: ${offline.sort().join(", ")}. Names and states of guests there may be missing`,
    ]),
  ];
  return {
    ...listAnswer(
      matching.map(plainRow),
      { columns: COLUMNS },
      context.options,
      "Guests",
      all.length,
    ),
    notes,
  };
}

export default defineTool({
  name: "proxmox_guest_list",
  title: "Guests",
  description: "VMs and containers of the cluster, with state and load.",
  actions: {
    default: read("GET /cluster/resources", {
      extraParams: {
        type: { type: "string", enum: ["all", "vm", "qemu", "lxc"] },
        node: { type: "string" },
      },
      columns: COLUMNS,
      run: list,
    }),
  },
});
