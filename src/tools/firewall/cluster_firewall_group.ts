import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { RULE_COLUMNS } from "../_firewall_rule.ts";

/** PVE takes the new name as `group` and the present one as `rename`. */
function renamed({ group, rename, delete: keys, ...args }: Args): Args {
  const cleared = splitList(keys).includes("comment");
  return {
    ...args,
    group: rename ?? group,
    rename: group,
    ...defined({ comment: cleared ? "" : undefined }),
  };
}

export default defineTool({
  name: "proxmox_cluster_firewall_group",
  title: "Security groups",
  description: "Security groups; for their rules: proxmox_cluster_firewall_rule group.",
  actions: {
    list: read("GET /cluster/firewall/groups", { columns: ["group", "comment"] }),
    get: read("GET /cluster/firewall/groups/{group}", {
      successMessage: 'Rules of security group "{group}"',
      columns: RULE_COLUMNS,
    }),
    create: write("POST /cluster/firewall/groups", {
      params: ["comment"],
      successMessage: 'Security group "{group}" is created',
    }),
    update: write("POST /cluster/firewall/groups", {
      params: ["rename", "comment"],
      extraParams: { delete: { type: "string", unlisted: true } },
      prepare: renamed,
      successMessage: 'Security group "{group}" is changed',
    }),
    delete: write("DELETE /cluster/firewall/groups/{group}", {
      successMessage: 'Security group "{group}" is deleted',
    }),
  },
});
