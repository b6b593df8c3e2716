/**
 * /access/domains: authentication realms, and the synchronisation of those in a directory.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { fields, flag, list, named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

const BUILTIN = ["pam", "pve"];
/** Options that a realm of each type cannot do without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ad: ["domain", "server1"],
  ldap: ["base_dn", "server1", "user_attr"],
  openid: ["client-id", "issuer-url"],
};

/** People whom the directory of a synchronised realm holds. */
const DIRECTORY: readonly Entry[] = [
  { name: "dave", firstname: "Dave", lastname: "Novak", email: "dave@example.com" },
  { name: "erin", firstname: "Erin", lastname: "Haas", email: "erin@example.com" },
  { name: "frank", firstname: "Frank", lastname: "Moreau", email: "frank@example.com" },
];

function domains(cluster: Cluster): Map<string, Entry> {
  return cluster.table("access.domains");
}

function assertCreatable(entry: Entry, call: Call): void {
  const realm = named(call, "realm");
  const type = String(entry.type);
  if (BUILTIN.includes(realm)) throw failed(`unable to use reserved name '${realm}'`);
  if (BUILTIN.includes(type)) throw failed(`unable to create builtin type '${type}'`);
  for (const option of REQUIRED[type] ?? []) {
    if (entry[option] === undefined) throw failed(`missing value for required option '${option}'`);
  }
}

function assertChange(call: Call): void {
  const settings = fields(call, ["delete", "digest"]);
  if (list(call, "delete").length === 0 && Object.keys(settings).length === 0) {
    throw failed("no options specified");
  }
}

const realms = collection({
  table: "access.domains",
  base: "/access/domains",
  key: "realm",
  keyless: true,
  missing: (realm, method) =>
    failed(
      method === "DELETE"
        ? `authentication domain '${realm}' does not exist`
        : `domain '${realm}' does not exist`,
    ),
  exists: (realm) => failed(`domain '${realm}' already exists`),
  steps: {
    POST: "add auth server failed",
    PUT: "update auth server failed",
    DELETE: "delete auth server failed",
  },
  transient: ["password", "check-connection"],
  shapeInList: ({ realm, type, comment, default: standard, tfa }) => ({
    realm,
    type,
    ...defined({
      comment: comment || undefined,
      default: standard ? 1 : undefined,
      tfa: /type=(\w+)/.exec(String(tfa))?.[1],
    }),
  }),
  prepare: (entry, cluster, call, before) => {
    if (before) assertChange(call);
    else assertCreatable(entry, call);
    if (entry.default) { for (const other of domains(cluster).values()) delete other.default; }
  },
  release: (realm) => {
    if (BUILTIN.includes(realm)) throw failed(`unable to delete builtin realm '${realm}'`);
  },
});

/** Makes users of the realm from its directory; answers the lines of the log. */
function syncUsers(cluster: Cluster, realm: string, enable: boolean): string[] {
  const users = cluster.table("access.users");
  return DIRECTORY.map(({ name, ...person }) => {
    const userid = `${name}@${realm}`;
    const known = users.get(userid);
    users.set(userid, { enable: Number(enable), expire: 0, ...known, ...person });
    return `${known ? "updated" : "added"} user '${userid}'`;
  });
}

function sync(cluster: Cluster, call: Call): string {
  const realm = named(call, "realm");
  const domain = domains(cluster).get(realm);
  if (!domain) throw invalid({ realm: "Realm does not exist." });
  if (domain.type !== "ldap" && domain.type !== "ad") {
    throw failed(`Cannot sync realm type '${domain.type}'! Only LDAP/AD realms can be synced.`);
  }
  const scope = text(call, "scope") ??
    /scope=(\w+)/.exec(String(domain["sync-defaults-options"] ?? ""))?.[1];
  if (!scope) {
    throw invalid({
      scope: "Not passed as parameter and not defined in realm default sync options.",
    });
  }
  const dry = flag(call, "dry-run") ?? false;
  const what = scope === "both" ? "users and groups" : scope;
  return cluster.startTask({
    node: cluster.nodeNames()[0] ?? "",
    type: dry ? "auth-realm-sync-test" : "auth-realm-sync",
    id: realm,
    user: call.user,
    ms: 2000,
    log: [
      `${dry ? "(dry test run) " : ""}starting sync for realm ${realm}`,
      `got data from server, updating ${what}`,
      ...(scope === "groups" ? [] : ["syncing users"]),
      ...(scope === "users" ? [] : ["syncing groups"]),
      dry
        ? "NOTE: Dry test run, changes were NOT written to the configuration."
        : `successfully updated ${what} configuration`,
    ],
    finish: () => {
      if (!dry && scope !== "groups") syncUsers(cluster, realm, flag(call, "enable-new") ?? true);
    },
  });
}

/** Handlers of /access/domains. */
export const handlers: Handlers = {
  ...realms,
  "POST /access/domains/{realm}/sync": sync,
};

/** PVE's own realms and the company's directory. */
export const seed: Seed = (cluster) => {
  domains(cluster).set("pam", { type: "pam", comment: "Linux PAM standard authentication" });
  domains(cluster).set("pve", { type: "pve", comment: "Proxmox VE authentication server" });
  domains(cluster).set("corp", {
    type: "ldap",
    comment: "Company directory",
    server1: "ldap.example.com",
    base_dn: "ou=people,dc=example,dc=com",
    user_attr: "uid",
    mode: "ldaps",
    "sync-defaults-options": "enable-new=1,scope=users",
  });
};
