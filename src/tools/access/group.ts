import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Answer } from "../../tool/answer.ts";
import type { CallContext } from "../../tool/context.ts";
import {
  defineTool,
  type ExtraParam,
  type PlannedRequest,
  read,
  write,
} from "../../tool/define.ts";
import { memberRequests, setMembers } from "./_members.ts";

const USERS: ExtraParam = { type: "string", format: "pve-userid-list" };

async function create(context: CallContext, { users, ...group }: Args): Promise<Answer> {
  await context.request("POST /access/groups", group);
  const groupid = String(group.groupid);
  if (users === undefined) return { title: `Group "${groupid}" is created` };
  const members = await setMembers(context, { groupid, users: splitList(users), append: true });
  return { ...members, title: `Group "${groupid}" is created` };
}

/** `users` makes exactly these the members, with `append` these too; `delete=comment` clears it. */
async function update(
  context: CallContext,
  { users, append, delete: keys, ...group }: Args,
): Promise<Answer> {
  const groupid = String(group.groupid);
  const comment = splitList(keys).includes("comment") ? "" : group.comment;
  if (comment !== undefined || users === undefined) {
    await context.request("PUT /access/groups/{groupid}", { groupid, comment });
  }
  if (users === undefined) return { title: `Group "${groupid}" is updated` };
  return await setMembers(context, {
    groupid,
    users: splitList(users),
    append: append === true,
  });
}

function updateRequests(
  context: CallContext,
  { users, append, groupid }: Args,
): Promise<PlannedRequest[]> | [] {
  if (users === undefined) return [];
  return memberRequests(context, {
    groupid: String(groupid),
    users: splitList(users),
    append: append === true,
  });
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
      params: ["comment"],
      required: ["groupid"],
      extraParams: { users: USERS },
      run: create,
      uses: ["GET /access/users", "PUT /access/users/{userid}"],
    }),
    update: write("PUT /access/groups/{groupid}", {
      params: ["comment"],
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
