import { defined } from "../../base/defined.ts";
import { PveError } from "../../pve/errors.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { pageOf } from "../../answer/list.ts";
import { sortRows } from "../../answer/order.ts";

const COLUMNS = ["node", "status", "cpu", "maxcpu", "mem", "maxmem", "uptime", "ip", "nodeid"];

/** Rows of `/cluster/status`; nothing when the token may not read them. */
async function membership(context: ReadContext): Promise<readonly Row[]> {
  try {
    return (await context.request("GET /cluster/status", {})).data as readonly Row[];
  } catch (error) {
    if (!(error instanceof PveError) || error.status !== 403) throw error;
    context.notes.push("The quorum is not shown: reading it needs Sys.Audit on /");
    return [];
  }
}

function isQuorate(cluster: Row): boolean {
  return Number(cluster.quorate) === 1;
}

function quorumText(cluster: Row | undefined): string {
  if (!cluster) return "a single node";
  return `cluster ${cluster.name}, ${isQuorate(cluster) ? "quorate" : "WITHOUT QUORUM"}`;
}

/** Whose view it is: two halves of a cluster see it differently. */
function viewText(members: readonly Row[]): string {
  const local = members.find((row) => row.type === "node" && Number(row.local) === 1);
  return members.length < 2 || !local ? "" : `, as ${local.name} sees it`;
}

/** What to do about nodes that are away. */
function absenceNotes(cluster: Row | undefined, nodes: readonly Row[]): string[] {
  const offline = nodes.filter(({ status }) => status === "offline").map(({ node }) => node).sort();
  const names = offline.join(", ");
  return [
    ...(offline.length === 0 ? [] : [
      `Not online: ${names}. proxmox_node_power action=wakeonlan node=${
        offline[0]
      } wakes it; names of guests there are unknown meanwhile: give their numbers`,
    ]),
    ...(cluster && !isQuorate(cluster)
      ? [
        "Without quorum nothing can be changed until enough nodes are back; where they stay away, root can lower what is expected on a node's shell: pvecm expected VOTES",
      ]
      : []),
  ];
}

async function status(context: ReadContext): Promise<Answer> {
  const [members, loads] = await Promise.all([
    membership(context),
    context.request("GET /nodes", {}).then((answer) => answer.data as readonly Row[]),
  ]);
  const cluster = members.find((row) => row.type === "cluster");
  const nodes = loads.map((load) => {
    const member = members.find((row) => row.type === "node" && row.name === load.node);
    return { ...load, ip: member?.ip, nodeid: member?.nodeid, local: member?.local };
  });
  const online = nodes.filter((node: Row) => node.status === "online").length;
  const which = members.length === 0 ? "" : `${quorumText(cluster)}: `;
  return {
    title: `${which}${online} of ${nodes.length} nodes online${viewText(members)}`,
    ...defined({ object: cluster }),
    list: pageOf(sortRows(nodes, "node"), context.options, { columns: COLUMNS }),
    notes: absenceNotes(cluster, nodes),
  };
}

export default defineTool({
  name: "proxmox_cluster",
  title: "Cluster",
  description: "Quorum and load of the nodes; datacenter options.",
  actions: {
    status: read("GET /cluster/status", { run: status, uses: ["GET /nodes"] }),
    options: read("GET /cluster/options", { successMessage: "Datacenter options" }),
    update_options: write("PUT /cluster/options", {
      extraParams: {
        options: {
          type: "object",
          spread: true,
          properties: { keyboard: { type: "string" } },
        },
      },
      successMessage: "The datacenter options are changed",
    }),
  },
});
