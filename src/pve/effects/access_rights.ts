/**
 * Effects on rights: permissions, groups, roles and realms.
 *
 * @module
 */
import { counted } from "../../base/text/units.ts";
import { permissions } from "./access_permissions.ts";
import { splitList } from "../split_list.ts";
import { deletion } from "./deletion.ts";
import { type ChangeOperation, type Effect, type EffectTable, isOn } from "./effect.ts";
import { listText, missing } from "./lists.ts";
import { type RealmSync, vanished } from "./realm_sync.ts";
import { readNamed, type Row } from "./read.ts";
import { clearableSettings, cleared, replaced, turnedOff, turnedOn } from "./settings.ts";
import { goneText, UNREAD, valueText } from "./words.ts";

function privilegesOf(role: Row): string[] {
  return Object.keys(role).filter((name) => isOn(role[name]));
}

/** Privileges that a list leaves out; without a list none is left, as PVE does it. */
const droppedPrivileges: Effect<"privs" | "append"> = {
  takes: "privileges that are not named, for all who have the role",
  by: ["privs", "append"],
  ofGuests: false,
  judge: async (args, state) => {
    if (isOn(args.append)) return [];
    const role = await readNamed(state, "GET /access/roles/{roleid}", args);
    const kept = splitList(valueText(args.privs));
    const all = role && privilegesOf(role);
    const gone = all && missing(all, kept);
    if (gone?.length === 0) return [];
    const what = gone && all
      ? goneText(gone, all.length, "privileges")
      : `privileges other than ${listText(kept) || "none"}, ${UNREAD}`;
    return [{ what: `role ${args.roleid}: ${what}, for all who have it`, guests: [] }];
  },
};

const SYNC_NOW: RealmSync = {
  realm: ({ realm }) => realm,
  idle: (args) => isOn(args["dry-run"]),
};
const LOGIN = "log-in of its users as it is now";

/** Effects on what users may do, and where they come from. */
export const rightEffects = {
  "PUT /access/acl": [permissions],

  "POST /access/groups": { nothing: "a new group; PVE refuses the name of another" },
  "PUT /access/groups/{groupid}": { nothing: "only the comment: members are set per user" },
  "DELETE /access/groups/{groupid}": [deletion({
    what: "group {groupid}",
    loses: "the permissions that it gives its members",
    now: "GET /access/groups/{groupid}",
    shows: ({ members }) => {
      const names = splitList(valueText(members));
      return `${counted(names.length, "member")}${names.length > 0 ? `: ${listText(names)}` : ""}`;
    },
  })],

  "POST /access/roles": { nothing: "a new role; PVE refuses the name of another" },
  "PUT /access/roles/{roleid}": [droppedPrivileges],
  "DELETE /access/roles/{roleid}": [deletion({
    what: "role {roleid}",
    loses: "the access of all who have it",
    now: "GET /access/roles/{roleid}",
    shows: (role) => counted(privilegesOf(role).length, "privilege"),
  })],

  "POST /access/domains": { nothing: "a new realm; PVE refuses the name of another" },
  "PUT /access/domains/{realm}": [clearableSettings({
    of: "realm {realm}",
    now: "GET /access/domains/{realm}",
    trivial: ["default", "prompt"],
    rules: {
      server1: replaced(LOGIN),
      server2: replaced("second server"),
      port: replaced(LOGIN),
      base_dn: replaced(LOGIN),
      bind_dn: replaced(LOGIN),
      user_attr: replaced(LOGIN),
      domain: replaced(LOGIN),
      mode: replaced("encryption as it is now"),
      secure: turnedOff("encryption"),
      verify: turnedOff("check of the server's certificate"),
      filter: replaced("users by the present filter"),
      group_filter: replaced("groups by the present filter"),
      tfa: replaced("second factor that all its users need"),
      "issuer-url": replaced(LOGIN),
      "client-id": replaced(LOGIN),
      autocreate: turnedOff("log-in of users who are not known yet"),
      "groups-overwrite": turnedOn("groups of its users that the provider does not name"),
      password: cleared("password to read the directory with"),
      "client-key": cleared("key to ask the provider with"),
    },
  })],
  "DELETE /access/domains/{realm}": [deletion({
    what: "realm {realm}",
    loses: "its users can no longer log in",
    now: "GET /access/domains/{realm}",
    shows: ["type", "server1", "issuer-url", "comment"],
  })],
  "POST /access/domains/{realm}/sync": [vanished(SYNC_NOW)],
} satisfies EffectTable<
  Extract<ChangeOperation, `${string} /access/${"acl" | "groups" | "roles" | "domains"}${string}`>
>;
