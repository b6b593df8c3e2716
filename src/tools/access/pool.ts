import type { Args } from "../../pve/encode.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { listAnswer } from "../../answer/list.ts";

const DELETE: ExtraParam = {
  type: "string",
  enum: ["true", "1", "false", "0", "comment"],
  unlisted: true,
};

interface PoolRow {
  readonly members?: readonly Row[];
  readonly [name: string]: unknown;
}

/** One pool and its members. The path form of the operation cannot name a nested pool. */
async function get(context: ReadContext, args: Args): Promise<Answer> {
  const { data } = await context.request("GET /pools", args);
  const [pool = {}] = data as readonly PoolRow[];
  const { members = [], ...object } = pool;
  const columns = ["id", "name", "node", "status", "maxmem", "maxdisk"];
  const title = `Members of pool "${args.poolid}"`;
  return { ...listAnswer(members, { columns }, context.options, title), object };
}

/** `delete` is Proxmox VE's boolean (the named vms and storage leave the pool), or the comment. */
function prepareUpdate({ delete: word, ...args }: Args): Args {
  if (word === undefined) return args;
  if (word === "comment") return { ...args, comment: "" };
  return { ...args, delete: word === "true" || word === "1" };
}

export default defineTool({
  name: "proxmox_pool",
  title: "Resource pools",
  description: "Pools of guests and storages; nested: parent/child.",
  parameterDescriptions: { "allow-move": "out of other pools" },
  actions: {
    list: read("GET /pools", { columns: ["poolid", "comment"] }),
    get: read("GET /pools", { required: ["poolid"], run: get }),
    create: write("POST /pools", {
      params: ["poolid", "comment"],
      successMessage: 'Pool "{poolid}" is created',
    }),
    update: write("PUT /pools", {
      params: ["poolid", "comment", "vms", "storage", "allow-move"],
      extraParams: { delete: DELETE },
      prepare: prepareUpdate,
      successMessage: 'Pool "{poolid}" is updated',
    }),
    remove_members: write("PUT /pools", {
      params: ["poolid", "vms", "storage"],
      fixed: { delete: true },
      successMessage: 'They are out of pool "{poolid}"',
    }),
    delete: write("DELETE /pools", {
      params: ["poolid"],
      successMessage: 'Pool "{poolid}" is deleted',
    }),
  },
});
