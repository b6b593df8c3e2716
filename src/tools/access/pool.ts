import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, destroy, type OwnParam, read, write } from "../../tool/define.ts";

const DELETE: OwnParam = { type: "any", unlisted: true };

/** The query form answers a list of one; the path form cannot name a nested pool. */
function onlyPool(data: unknown): unknown {
  return Array.isArray(data) ? data[0] : data;
}

/** `delete` is Proxmox VE's boolean (the members go), or names the comment. */
function prepareUpdate({ delete: word, ...args }: Args): Args {
  if (word === undefined) return args;
  if (word === "comment") return { ...args, comment: "" };
  const yes = ["true", "1"].includes(String(word));
  if (!yes && !["false", "0"].includes(String(word))) {
    throw new ToolError(`Cannot delete "${word}" of a pool`, {
      reason: "delete is true (the named vms and storage leave the pool) or comment",
    });
  }
  return { ...args, delete: yes };
}

export default defineTool({
  name: "proxmox_pool",
  title: "Resource pools",
  description: "Pools of guests and storages; nested: parent/child.",
  words: { vms: "numbers", "allow-move": "out of other pools" },
  actions: {
    list: read("GET /pools", { columns: ["poolid", "comment"] }),
    get: read("GET /pools", { required: ["poolid"], params: ["type"], shape: onlyPool }),
    create: write("POST /pools", {
      params: ["poolid", "comment"],
      done: 'Pool "{poolid}" is created',
    }),
    update: write("PUT /pools", {
      params: ["poolid", "comment", "vms", "storage", "allow-move"],
      own: { delete: DELETE },
      prepare: prepareUpdate,
      ignored: { digest: "Proxmox VE takes no digest for pools" },
      done: 'Pool "{poolid}" is updated',
    }),
    remove_members: write("PUT /pools", {
      params: ["poolid", "vms", "storage"],
      fixed: { delete: true },
      done: 'They are out of pool "{poolid}"',
    }),
    delete: destroy("DELETE /pools", {
      params: ["poolid"],
      done: 'Pool "{poolid}" is deleted',
    }),
  },
});
