/**
 * Logging in with a password, and second factors.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, flag, named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { ApiError, failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { foundUser, realmOf, seesUser } from "./lookups.ts";
import { privilegesOn } from "./privileges.ts";

/** Privileges that a login announces, by area: a path and the beginnings of their names. */
const CAPABILITIES: Readonly<Record<string, readonly [string, RegExp]>> = {
  access: ["/access/groups", /^(?:User|Group)\.|^Permissions\.Modify/],
  dc: ["/", /^Sys\.(?:Audit|Modify)|^SDN\./],
  mapping: ["/mapping", /^Mapping\.|^Permissions\.Modify/],
  nodes: ["/nodes", /^Sys\.|^Permissions\.Modify/],
  sdn: ["/sdn", /^SDN\.|^Permissions\.Modify/],
  storage: ["/storage", /^Datastore\.|^Permissions\.Modify/],
  vms: ["/vms", /^VM\.|^Permissions\.Modify/],
};

function capabilities(cluster: Cluster, userid: string): Record<string, Entry> {
  return Object.fromEntries(
    Object.entries(CAPABILITIES).map(([area, [path, names]]) => {
      const has = [...privilegesOn(cluster, userid, path).keys()].filter((name) =>
        names.test(name)
      );
      return [area, Object.fromEntries(has.map((name) => [name, 1]))];
    }),
  );
}

function isEnabled(cluster: Cluster, user: Entry | undefined): boolean {
  const expire = Number(user?.expire ?? 0);
  return Boolean(user?.enable) && (expire === 0 || expire > cluster.now());
}

function login(cluster: Cluster, call: Call): Entry {
  const realm = text(call, "realm");
  const userid = named(call, "username") + (realm === undefined ? "" : `@${realm}`);
  const user = cluster.table("access.users").get(userid);
  const known = cluster.table("access.shadow").get(userid)?.password;
  const password = text(call, "password") ?? "";
  const proven = password === known ||
    cluster.table("access.tickets").get(password)?.userid === userid;
  if (!isEnabled(cluster, user) || known === undefined || !proven) {
    throw new ApiError(401, "authentication failure");
  }
  const time = cluster.now().toString(16).toUpperCase().padStart(8, "0");
  const ticket = `PVE:${userid}:${time}::${uuid(cluster.random)}`;
  const csrf = `${time}:${uuid(cluster.random)}`;
  cluster.table("access.tickets").set(ticket, { userid, csrf, time: cluster.now() });
  return {
    username: userid,
    ticket,
    CSRFPreventionToken: csrf,
    cap: capabilities(cluster, userid),
  };
}

function factors(cluster: Cluster, userid: string): Entry[] {
  return cluster.table("access.tfa").get(userid)?.entries ?? [];
}

function foundFactor(cluster: Cluster, call: Call): Entry {
  const id = named(call, "id");
  const entry = factors(cluster, named(call, "userid")).find((factor) => factor.id === id);
  if (!entry) throw new ApiError(404, `No such tfa entry '${id}'`);
  return entry;
}

function addFactor(cluster: Cluster, call: Call): Entry {
  const userid = named(call, "userid");
  foundUser(cluster, userid);
  const type = named(call, "type");
  const entries = factors(cluster, userid);
  const id = type === "recovery" ? "recovery" : uuid(cluster.random);
  if (entries.some((factor) => factor.id === id)) {
    throw failed("user already has recovery keys");
  }
  entries.push({
    id,
    type,
    description: text(call, "description") ?? "",
    created: cluster.now(),
    enable: 1,
  });
  cluster.table("access.tfa").set(userid, { entries });
  if (type !== "recovery") return { id };
  return { id, recovery: Array.from({ length: 10 }, () => uuid(cluster.random).slice(0, 19)) };
}

/** Handlers of tickets, second factors and OpenID logins. */
export const handlers: Handlers = {
  "GET /access/ticket": () => null,
  "POST /access/ticket": login,
  "POST /access/vncticket": () => {
    throw new ApiError(401, "authentication failure");
  },
  "POST /access/openid/auth-url": (cluster, call) => {
    const realm = named(call, "realm");
    const domain = cluster.table("access.domains").get(realm);
    if (!domain) throw failed(`authentication domain '${realm}' does not exist`);
    if (domain.type !== "openid") throw failed(`wrong realm type (${domain.type} != openid)`);
    return `${domain["issuer-url"]}/authorize?client_id=${domain["client-id"]}`;
  },
  "POST /access/openid/login": () => {
    throw new ApiError(401, "openid authentication failure");
  },

  "GET /access/tfa": (cluster, call) =>
    [...cluster.table("access.tfa")]
      .filter(([userid]) => seesUser(cluster, call.user, userid))
      .map(([userid, { entries }]) => ({ userid, entries })),
  "GET /access/tfa/{userid}": (cluster, call) => factors(cluster, named(call, "userid")),
  "GET /access/tfa/{userid}/{id}": foundFactor,
  "POST /access/tfa/{userid}": addFactor,
  "PUT /access/tfa/{userid}/{id}": (cluster, call) => {
    Object.assign(foundFactor(cluster, call), fields(call, ["password"]));
    return null;
  },
  "DELETE /access/tfa/{userid}/{id}": (cluster, call) => {
    const removed = foundFactor(cluster, call);
    const userid = named(call, "userid");
    const entries = factors(cluster, userid).filter((factor) => factor !== removed);
    if (entries.length > 0) cluster.table("access.tfa").set(userid, { entries });
    else cluster.table("access.tfa").delete(userid);
    return null;
  },
  "PUT /access/users/{userid}/unlock-tfa": (cluster, call) => {
    foundUser(cluster, named(call, "userid"));
    return 0;
  },
  "GET /access/users/{userid}/tfa": (cluster, call) => {
    const userid = named(call, "userid");
    if (!cluster.table("access.domains").has(realmOf(userid))) {
      throw failed(`auth domain '${realmOf(userid)}' does not exist`);
    }
    const types = [...new Set(factors(cluster, userid).map(({ type }) => type))];
    return flag(call, "multiple") ? { types } : {};
  },
};
