import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Answer } from "../../tool/answer.ts";
import type { CallContext, ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { memberRequests, setMembers } from "./_members.ts";

const USERS: ExtraParam = { type: "string", format: "pve-userid-list" };

async function createRequests(
  context: ReadContext,
  { users, ...args }: Args,
): Promise<PlannedRequest[]> {
  const create: PlannedRequest = { operation: "POST /access/groups", args };
  if (users === undefined) return [create];
  const { groupid } = args;
  const members = { groupid: String(groupid), users: splitList(users), append: true };
  return [create, ...await memberRequests(context, members)];
}

async function create(context: CallContext, { users, ...group }: Args): Promise<Answer> {
  await context.request("POST /access/groups", group);
  const groupid = String(group.groupid);
  if (users === undefined) return { title: `Group "${groupid}" is created` };
  const members = await setMembers(context, { groupid, users: splitList(users), append: true });
  return { ...members, title: `Group "${groupid}" is created` };
}

/** `users` makes exactly these the members, with `append` these too; `delete=comment` clears it. */
async function update(context: CallContext, args: Args): Promise<Answer> {
  const { users, append } = args;
  const groupid = String(args.groupid);
  for (const { operation, args: own } of ownRequests(args)) await context.request(operation, own);
  if (users === undefined) return { title: `Group "${groupid}" is updated` };
  return await setMembers(context, {
    groupid,
    users: splitList(users),
    append: append === true,
  });
}

/** The change of the group itself; none when only its members change. */
function ownRequests({ users, groupid, delete: keys, ...group }: Args): PlannedRequest[] {
  const comment = splitList(keys).includes("comment") ? "" : group.comment;
  if (comment === undefined && users !== undefined) return [];
  return [{ operation: "PUT /access/groups/{groupid}", args: { groupid, comment } }];
}

async function updateRequests(context: ReadContext, args: Args): Promise<PlannedRequest[]> {
  const { users, append, groupid } = args;
  const own = ownRequests(args);
  if (users === undefined) return own;
  const members = { groupid: String(groupid), users: splitList(users), append: append === true };
  return [...own, ...await memberRequests(context, members)];
}

export default defineTool({
  name: "proxmox_group",
  title: "User groups",
  description: "Groups of users.",
  parameterDescriptions: { users: "all members", append: "only add users" },
  actions: {
    list: read("GET /access/groups", { columns: ["groupid", "users", "comment"] }),
    get: read("GET /access/groups/{groupid}", { successMessage: 'Group "{groupid}"' }),
    create: write("POST /access/groups", {
      required: ["groupid"],
      extraParams: { users: USERS },
      run: create,
      requests: createRequests,
      uses: ["GET /access/users", "PUT /access/users/{userid}"],
    }),
    update: write("PUT /access/groups/{groupid}", {
      required: ["groupid"],
      extraParams: {
        users: USERS,
        append: { type: "boolean" },
        delete: { type: "string", unlisted: true },
      },
      run: update,
      requests: updateRequests,
      uses: ["GET /access/users", "PUT /access/users/{userid}"],
    }),
    delete: write("DELETE /access/groups/{groupid}", {
      successMessage: 'Group "{groupid}" is deleted',
    }),
  },
});
