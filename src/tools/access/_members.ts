/**
 * Group membership: Proxmox VE keeps it with the users, so a change of a group's users is a change
 * of each user.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Answer } from "../../tool/answer.ts";
import type { CallContext, ReadContext } from "../../tool/context.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";

/** How the users of a group are to be. */
export interface Membership {
  readonly groupid: string;
  readonly users: readonly string[];
  /** Users of the group who are not named stay in it. */
  readonly append: boolean;
}

interface UserRow {
  readonly userid: string;
  /** A comma list; absent without groups. */
  readonly groups?: string;
}

interface Change {
  readonly userid: string;
  readonly groups: readonly string[];
  readonly what: "added" | "removed";
  /** The groups come to those that the user has: the token may not see which. */
  readonly append?: true;
}

/** What has to change, from the users as they are. */
function changesOf({ groupid, users, append }: Membership, rows: readonly UserRow[]): Change[] {
  const wanted = new Set(users);
  return rows.flatMap((row): Change[] => {
    const groups = splitList(row.groups);
    const inGroup = groups.includes(groupid);
    if (wanted.has(row.userid) && !inGroup) {
      return [{ userid: row.userid, groups: [...groups, groupid], what: "added" }];
    }
    if (wanted.has(row.userid) || !inGroup || append) return [];
    const left = groups.filter((group) => group !== groupid);
    return [{ userid: row.userid, groups: left, what: "removed" }];
  });
}

/**
 * What has to change now. A user that is not listed does not exist, or is not for this token to
 * see: PVE says which, before anything else is changed.
 */
async function changesNow(context: ReadContext, wanted: Membership): Promise<Change[]> {
  const answer = await context.request("GET /access/users", { full: true });
  const rows = answer.data as UserRow[];
  const unlisted = wanted.users.filter((user) => !rows.some((row) => row.userid === user));
  const { groupid } = wanted;
  return [
    ...unlisted.map((userid): Change => ({
      userid,
      groups: [groupid],
      what: "added",
      append: true,
    })),
    ...changesOf(wanted, rows),
  ];
}

function requestOf({ userid, groups, append }: Change): PlannedRequest {
  const args = { userid, groups: groups.join(","), ...defined({ append }) };
  return { operation: "PUT /access/users/{userid}", args };
}

/** The requests with which a group gets these members. */
export async function memberRequests(
  context: ReadContext,
  wanted: Membership,
): Promise<PlannedRequest[]> {
  return (await changesNow(context, wanted)).map(requestOf);
}

/** Notes say who was changed, also when a later one is refused. */
async function apply(context: CallContext, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const { operation, args } = requestOf(change);
    await context.request(operation, args);
    context.notes.push(`${change.userid} was ${change.what}`);
  }
}

/**
 * Makes the users members of the group, and all others not, unless they are to be added only.
 *
 * @throws {ToolError} When a user does not exist; nothing is changed then.
 */
export async function setMembers(context: CallContext, wanted: Membership): Promise<Answer> {
  const changes = await changesNow(context, wanted);
  await apply(context, changes);
  const members = wanted.append ? "has also" : "has exactly";
  return { title: `Group "${wanted.groupid}" ${members} the members ${wanted.users.join(", ")}` };
}
