import { PveError } from "../../pve/errors.ts";
import type { Args } from "../../pve/encode.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { pageOf } from "../../answer/list.ts";
import { sortRows } from "../../answer/order.ts";
import { didYouMean } from "../../base/text/nearest.ts";

const COLUMNS = ["node", "nodeid", "ring0_addr", "ring1_addr", "quorum_votes"];
const ALONE = "This node is in no cluster: there is no corosync configuration";

interface JoinInfo {
  readonly config_digest?: string;
  readonly preferred_node?: string;
  readonly nodelist?: readonly Row[];
}

async function members(context: ReadContext): Promise<readonly Row[]> {
  const { data } = await context.request("GET /cluster/config/nodes", {});
  return sortRows((data ?? []) as readonly Row[], "nodeid");
}

async function totem(context: ReadContext): Promise<Row | null> {
  return (await context.request("GET /cluster/config/totem", {})).data as Row | null;
}

/** What a node needs to join; nothing outside a cluster, where PVE answers 424. */
async function joinInfo(context: ReadContext): Promise<JoinInfo> {
  try {
    return (await context.request("GET /cluster/config/join", {})).data as JoinInfo;
  } catch (error) {
    if (error instanceof PveError && error.status === 424) return {};
    throw error;
  }
}

async function wholeConfig(context: ReadContext): Promise<Answer> {
  const [nodes, settings, join] = await Promise.all([
    members(context),
    totem(context),
    joinInfo(context),
  ]);
  if (nodes.length === 0) return { title: ALONE };
  const peers = new Map(join.nodelist?.map((row) => [row.name, row]));
  const rows = nodes.map((row) => ({
    ...row,
    pve_addr: peers.get(row.node)?.pve_addr,
    pve_fp: peers.get(row.node)?.pve_fp,
  }));
  return {
    title: `Corosync configuration: ${rows.length} nodes`,
    object: {
      ...settings,
      preferred_node: join.preferred_node,
      config_digest: join.config_digest,
    },
    list: pageOf(rows, context.options, {
      columns: [...COLUMNS, "pve_addr", "pve_fp"],
    }),
    notes: ["A node joins with the address (hostname) and pve_fp (fingerprint) of a member"],
  };
}

async function oneMember(context: ReadContext, args: Args): Promise<Answer> {
  const nodes = await members(context);
  const found = nodes.find((row) => row.node === args.node);
  if (found) return { title: `${args.node} in the corosync configuration`, object: found };
  const names = nodes.map((row) => String(row.node));
  throw new ToolError(`There is no node "${args.node}" in the corosync configuration`, {
    reason: names.length === 0
      ? ALONE
      : `It has: ${names.join(", ")}.${didYouMean(String(args.node), names)}`,
  });
}

export default defineTool({
  name: "proxmox_cluster_config",
  title: "Corosync configuration",
  description: "Members and totem settings. join needs a login of root@pam.",
  actions: {
    get: read("GET /cluster/config/nodes", {
      run: wholeConfig,
      uses: ["GET /cluster/config/totem", "GET /cluster/config/join"],
    }),
    list_nodes: read("GET /cluster/config/nodes", {
      columns: COLUMNS,
      successMessage: "Nodes of the corosync configuration",
    }),
    get_node: read("GET /cluster/config/nodes", {
      extraParams: { node: { type: "string", format: "pve-node", required: true } },
      run: oneMember,
    }),
    join: write("POST /cluster/config/join"),
    totem: read("GET /cluster/config/totem", {
      successMessage: "Totem settings of corosync",
      shape: (data) => data ?? { result: ALONE },
    }),
  },
});
