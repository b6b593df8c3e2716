import type { Args } from "../../pve/encode.ts";
import type { Row } from "../../tool/answer.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { who } from "../report/_action.ts";

const FILTER: ExtraParam = { type: "string" };

/** Entries of a path, a role, a group, a user with all tokens of that user. */
function filtered(data: unknown, { path, userid, groupid, roleid }: Args): unknown {
  const ofUser = ({ type, ugid }: Row): boolean =>
    type !== "group" && (ugid === userid || String(ugid).startsWith(`${userid}!`));
  return (data as Row[]).filter((row) =>
    (path === undefined || row.path === path) &&
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

export default defineTool({
  name: "proxmox_acl",
  title: "Permissions",
  description: "Who has which role where. Tokens with privilege separation need their own entries.",
  parameterDescriptions: {
    path: "/, /vms/100, /storage/local …",
    userid: "user@realm, or user@realm!token",
    tokens: "user@realm!token",
  },
  actions: {
    get: read("GET /access/acl", {
      extraParams: { path: FILTER, userid: FILTER, groupid: FILTER, roleid: FILTER },
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
      params: ["path", "roles", "users", "groups", "tokens", "propagate"],
      successMessage: "The ACL of {path} is updated",
    }),
    delete: write("PUT /access/acl", {
      params: ["path", "roles", "users", "groups", "tokens"],
      fixed: { delete: true },
      successMessage: "Took {roles} away on {path}",
    }),
  },
});
