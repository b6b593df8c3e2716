/**
 * API tokens of users: the secret is shown once, when it is made.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, flag, list, named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { dropGrants, foundUser, tokenInfo, tokensOf } from "./lookups.ts";

function tokens(cluster: Cluster): Map<string, Entry> {
  return cluster.table("access.tokens");
}

function fullId(call: Call): string {
  return `${named(call, "userid")}!${named(call, "tokenid")}`;
}

function foundToken(cluster: Cluster, call: Call): Entry {
  foundUser(cluster, named(call, "userid"));
  const token = tokens(cluster).get(fullId(call));
  if (!token) {
    throw failed(`no such token '${named(call, "tokenid")}' for user '${named(call, "userid")}'`);
  }
  return token;
}

/** Handlers of /access/users/{userid}/token. */
export const handlers: Handlers = {
  "GET /access/users/{userid}/token": (cluster, call) => {
    foundUser(cluster, named(call, "userid"));
    return Object.entries(tokensOf(cluster, named(call, "userid")))
      .map(([tokenid, token]) => ({ tokenid, ...token }));
  },

  "GET /access/users/{userid}/token/{tokenid}": (cluster, call) =>
    tokenInfo(foundToken(cluster, call)),

  "POST /access/users/{userid}/token/{tokenid}": (cluster, call) => {
    const userid = named(call, "userid");
    foundUser(cluster, userid);
    if (tokens(cluster).has(fullId(call))) throw invalid({ tokenid: "Token already exists." });
    const secret = uuid(cluster.random);
    const settings = fields(call);
    if (settings.comment === "") delete settings.comment;
    tokens(cluster).set(fullId(call), {
      ...{ userid, tokenid: named(call, "tokenid"), secret, expire: 0, privsep: 1 },
      ...settings,
    });
    // PVE echoes what came in the form, so a given flag is text here.
    const privsep = settings.privsep === undefined ? 1 : String(settings.privsep);
    return { info: { ...settings, privsep }, value: secret, "full-tokenid": fullId(call) };
  },

  "PUT /access/users/{userid}/token/{tokenid}": (cluster, call) => {
    const token = foundToken(cluster, call);
    const deleted = list(call, "delete");
    during("updating token info failed", () => {
      const unknown = deleted.find((name) => name !== "comment" && name !== "expire");
      if (unknown) throw failed(`unable to delete option '${unknown}'`);
    });
    if (deleted.includes("expire")) token.expire = 0;
    if (deleted.includes("comment")) delete token.comment;
    Object.assign(token, fields(call, ["delete", "regenerate"]));
    if (text(call, "comment") === "") delete token.comment;
    if (!flag(call, "regenerate")) return tokenInfo(token);
    token.secret = uuid(cluster.random);
    return { ...tokenInfo(token), value: token.secret, "full-tokenid": fullId(call) };
  },

  "DELETE /access/users/{userid}/token/{tokenid}": (cluster, call) => {
    foundToken(cluster, call);
    dropGrants(cluster, "tokens", fullId(call));
    tokens(cluster).delete(fullId(call));
    return null;
  },
};
