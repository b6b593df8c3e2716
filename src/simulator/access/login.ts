/**
 * Logging in with a password, and second factors.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, flag, named, text } from "../core/params.ts";
import { ApiError, failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { foundUser, realmOf, seesUser } from "./lookups.ts";
import { privilegesOn } from "./privileges.ts";
import {
  addFactor,
  challengeOf,
  factorsOf,
  isLocked,
  provesFactor,
  shownFactor,
  unlock,
} from "./second_factor.ts";
import { makeCsrfToken, makeTicket, type Ticket, verifyTicket } from "./tickets.ts";

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

/** What was proved: who it is, and the challenge that is still to be answered. */
function proved(cluster: Cluster, call: Call, userid: string): Ticket | undefined {
  if (!isEnabled(cluster, cluster.table("access.users").get(userid))) return undefined;
  const password = named(call, "password");
  const challenge = text(call, "tfa-challenge");
  if (challenge !== undefined) {
    const ticket = verifyTicket(cluster, challenge);
    const isOwn = ticket?.challenge !== undefined && ticket.user === userid;
    return isOwn && provesFactor(cluster, userid, password) ? { user: userid } : undefined;
  }
  const renewed = verifyTicket(cluster, password);
  if (renewed) {
    const mayRenew = renewed.user === userid || renewed.user === "root@pam";
    return renewed.challenge === undefined && mayRenew ? { user: userid } : undefined;
  }
  if (cluster.table("access.shadow").get(userid)?.password !== password) return undefined;
  const asked = challengeOf(cluster, userid);
  return asked === undefined ? { user: userid } : { user: userid, challenge: asked };
}

function login(cluster: Cluster, call: Call): Entry {
  const realm = text(call, "realm");
  const userid = named(call, "username") + (realm === undefined ? "" : `@${realm}`);
  const ticket = proved(cluster, call, userid);
  if (!ticket) throw new ApiError(401, "authentication failure");
  const isWhole = ticket.challenge === undefined;
  return {
    username: userid,
    ticket: makeTicket(cluster, ticket),
    CSRFPreventionToken: makeCsrfToken(cluster, userid),
    ...(isWhole ? { cap: capabilities(cluster, userid) } : { NeedTFA: 1 }),
  };
}

function foundFactor(cluster: Cluster, call: Call): Entry {
  const id = named(call, "id");
  const entry = factorsOf(cluster, named(call, "userid")).find((factor) => factor.id === id);
  if (!entry) throw new ApiError(404, `No such tfa entry '${id}'`);
  return entry;
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
      .map(([userid, { entries }]) => ({
        userid,
        entries: entries.map(shownFactor),
        ...(isLocked(cluster, userid) ? { "totp-locked": true } : {}),
      })),
  "GET /access/tfa/{userid}": (cluster, call) =>
    factorsOf(cluster, named(call, "userid")).map(shownFactor),
  "GET /access/tfa/{userid}/{id}": (cluster, call) => shownFactor(foundFactor(cluster, call)),
  "POST /access/tfa/{userid}": addFactor,
  "PUT /access/tfa/{userid}/{id}": (cluster, call) => {
    Object.assign(foundFactor(cluster, call), fields(call, ["password"]));
    return null;
  },
  "DELETE /access/tfa/{userid}/{id}": (cluster, call) => {
    const removed = foundFactor(cluster, call);
    const userid = named(call, "userid");
    const entries = factorsOf(cluster, userid).filter((factor) => factor !== removed);
    if (entries.length > 0) cluster.table("access.tfa").set(userid, { entries });
    else cluster.table("access.tfa").delete(userid);
    return null;
  },
  "PUT /access/users/{userid}/unlock-tfa": (cluster, call) => {
    foundUser(cluster, named(call, "userid"));
    return Number(unlock(cluster, named(call, "userid")));
  },
  "GET /access/users/{userid}/tfa": (cluster, call) => {
    const userid = named(call, "userid");
    if (!cluster.table("access.domains").has(realmOf(userid))) {
      throw failed(`auth domain '${realmOf(userid)}' does not exist`);
    }
    const types = [...new Set(factorsOf(cluster, userid).map(({ type }) => type))];
    return flag(call, "multiple") ? { types } : {};
  },
};
