/**
 * Who asks: API tokens and tickets of logins. Source: PVE::AccessControl, PVE::HTTPServer.
 *
 * @module
 */
import { userOf } from "../access/privileges.ts";
import { verifyCsrfToken, verifyTicket } from "../access/tickets.ts";
import type { Cluster } from "../core/cluster.ts";

/** Operations that may be called without credentials. */
const PUBLIC = new Set([
  "GET /access/domains",
  "POST /access/openid/auth-url",
  "POST /access/openid/login",
  "GET /access/ticket",
  "POST /access/ticket",
  "POST /access/vncticket",
]);

/** The reason of a 401. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/** The ticket that a request carries, as a cookie or in place of one. */
function ticketIn(headers: Readonly<Record<string, string>>): string | undefined {
  const form = /(?:^|[;\s])PVEAuthCookie=([^;]*)/;
  const found = form.exec(headers["cookie"] ?? "") ?? form.exec(headers["authorization"] ?? "");
  return found?.[1] === undefined || found[1] === "" ? undefined : decodePercent(found[1]);
}

/**
 * Who a request proves to be from: user or token id, or undefined where nothing is needed. A ticket
 * counts before a token.
 *
 * @throws {Unauthenticated} With the reason that PVE gives.
 */
export function authenticate(
  cluster: Cluster,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  const value = /(?:^|\s)PVEAPIToken=([^;]*)/.exec(headers["authorization"] ?? "")?.[1];
  const credentials = value && decodePercent(value);
  const isPublic = PUBLIC.has(`${method} ${path}`);
  if (isPublic && !credentials) return undefined;
  const ticket = ticketIn(headers);
  if (ticket !== undefined && !isPublic) {
    return verifyLogin(cluster, method, ticket, headers["csrfpreventiontoken"] ?? "");
  }
  if (!credentials) throw new Unauthenticated("No ticket");
  const equals = credentials.lastIndexOf("=");
  if (equals < 0) throw new Unauthenticated("no tokenid specified");
  return verifyToken(cluster, credentials.slice(0, equals), credentials.slice(equals + 1));
}

/** As uri_unescape of Perl does; bytes that are no UTF-8 stay as they came. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return text;
  }
}

function verifyLogin(cluster: Cluster, method: string, text: string, csrf: string): string {
  const ticket = verifyTicket(cluster, text);
  if (!ticket || ticket.challenge !== undefined) {
    throw new Unauthenticated("Authentication failed!");
  }
  assertActive(cluster, ticket.user);
  if (method !== "GET" && !verifyCsrfToken(cluster, ticket.user, csrf)) {
    throw new Unauthenticated("Permission denied - invalid csrf token");
  }
  return ticket.user;
}

function isExpired(cluster: Cluster, expire: unknown): boolean {
  return Number(expire ?? 0) > 0 && Number(expire) < cluster.now();
}

function assertActive(cluster: Cluster, userid: string): void {
  const user = cluster.table("access.users").get(userid);
  if (!user) throw new Unauthenticated(`no such user ('${userid}')`);
  if (!Number(user.enable)) throw new Unauthenticated(`user '${userid}' is disabled`);
  if (isExpired(cluster, user.expire)) throw new Unauthenticated(`user '${userid}' access expired`);
}

function verifyToken(cluster: Cluster, id: string, secret: string): string {
  const userid = userOf(id);
  const name = id.slice(userid.length + 1);
  assertActive(cluster, userid);
  const token = cluster.table("access.tokens").get(id);
  if (!token) throw new Unauthenticated(`no such token '${name}' for user '${userid}'`);
  if (isExpired(cluster, token.expire) || token.secret !== secret) {
    throw new Unauthenticated("Authentication failed!");
  }
  return id;
}
