import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import {
  type CallResult,
  defineTool,
  type ExtraParam,
  type Outcome,
  read,
  write,
} from "../../tool/define.ts";
import { who } from "../report/_action.ts";

const FILTER: ExtraParam = { type: "string" };
const HIDDEN: ExtraParam = { ...FILTER, unlisted: true };

/** A path as Proxmox VE keeps it: `vms/100` is `/vms/100`. Source: PVE::AccessControl::normalize_path. */
function normalPath(path: unknown): string {
  return `/${path}`.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "");
}

/** Entries of a path, a role, a group, a user with all tokens of that user. */
function filtered(data: unknown, { path, userid, groupid, roleid }: Args): readonly Row[] {
  const ofUser = ({ type, ugid }: Row): boolean =>
    type !== "group" && (ugid === userid || String(ugid).startsWith(`${userid}!`));
  const wanted = path === undefined ? undefined : normalPath(path);
  return (data as Row[]).filter((row) =>
    (wanted === undefined || row.path === wanted) &&
    (roleid === undefined || row.roleid === roleid) &&
    (groupid === undefined || (row.type === "group" && row.ugid === groupid)) &&
    (userid === undefined || ofUser(row))
  );
}

/** `{ "/vms": { "VM.Audit": 1 } }` as rows. */
function privilegesByPath(data: unknown): unknown {
  return Object.entries(data as Record<string, object>).map(([path, privileges]) => ({
    path,
    privs: Object.keys(privileges).sort().join(","),
  }));
}

/** Who has which roles on the path now. */
async function whoHasWhat(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  if (end.state !== "done") return {};
  const { path } = args;
  const rows = filtered((await context.request("GET /access/acl", {})).data, { path });
  const roles = Map.groupBy(rows, ({ type, ugid }) => `${type} ${ugid}`);
  const onlyHere = ({ roleid, propagate }: Row): string =>
    Number(propagate ?? 1) === 1 ? String(roleid) : `${roleid} (not below)`;
  return {
    object: Object.fromEntries([...roles].map(([who, each]) => [who, each.map(onlyHere).join()])),
    notes: rows.length === 0 ? [`Nobody has a role on ${path} itself any more`] : [],
  };
}

/** Proxmox VE takes away what nobody has, and says nothing of it. */
async function onlyGiven(args: Args, context: ReadContext): Promise<Args> {
  const { path, roles, users, groups, tokens } = args;
  const wanted = (value: Args[string]): readonly string[] =>
    value === undefined ? [] : splitList(value);
  const holders = [users, groups, tokens].flatMap(wanted);
  const rows = filtered((await context.request("GET /access/acl", {})).data, { path });
  const has = rows.some(({ roleid, ugid }) =>
    wanted(roles).includes(String(roleid)) && holders.includes(String(ugid))
  );
  if (has || holders.length === 0) return args;
  throw new ToolError(`${holders.join(", ")} has no ${roles} on ${path} itself`, {
    reason: "Nothing was taken away",
    notes: ["proxmox_acl action=get path=… shows who has; above it, a role is taken away there"],
  });
}

const changes = { outcome: whoHasWhat, alsoReads: ["GET /access/acl"] } as const;

export default defineTool({
  name: "proxmox_acl",
  title: "Permissions",
  description: "Who has which role where. Tokens with privilege separation need their own entries.",
  parameterDescriptions: {
    path: "/, /vms/100…",
    tokens: "user@realm!token",
  },
  actions: {
    get: read("GET /access/acl", {
      extraParams: { path: FILTER, userid: FILTER, groupid: HIDDEN, roleid: HIDDEN },
      shape: filtered,
      columns: ["path", "type", "ugid", "roleid", "propagate"],
    }),
    effective: read("GET /access/permissions", {
      params: ["path", "userid"],
      shape: privilegesByPath,
      columns: ["path", "privs"],
      successMessage: "Privileges by path",
    }),
    who,
    update: write("PUT /access/acl", {
      ...changes,
      params: ["path", "roles", "users", "groups", "tokens", "propagate"],
      successMessage: "The ACL of {path} is updated",
    }),
    delete: write("PUT /access/acl", {
      ...changes,
      params: ["path", "roles", "users", "groups", "tokens"],
      fixed: { delete: true },
      prepare: onlyGiven,
      successMessage: "Took {roles} away on {path}",
    }),
  },
});
