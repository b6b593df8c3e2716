/**
 * Who asks: API tokens, and tickets of those who logged in. Source: PVE::AccessControl.
 *
 * @module
 */
import { userOf } from "../access/privileges.ts";
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

/** How long a ticket is good. */
const TICKET_SECONDS = 2 * 60 * 60;

/** The reason of a 401. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/**
 * The user or token id that a request proves, or undefined where none is needed.
 *
 * @throws {Unauthenticated} With the reason that PVE gives.
 */
export function authenticate(
  cluster: Cluster,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  const isPublic = PUBLIC.has(`${method} ${path}`);
  const isByToken = /PVEAPIToken=/.test(headers["authorization"] ?? "");
  if (isPublic && !isByToken) return undefined;
  const ticket = ticketOf(headers);
  if (ticket !== undefined) return verifyTicket(cluster, method, ticket, headers);
  const value = /(?:^|\s)PVEAPIToken=([^;]*)/.exec(headers["authorization"] ?? "")?.[1];
  const credentials = value && decodePercent(value);
  if (credentials === undefined || credentials === "") throw new Unauthenticated("No ticket");
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

/** The ticket of a request; one beside a token counts. */
function ticketOf(headers: Readonly<Record<string, string>>): string | undefined {
  const sources = `${headers["cookie"] ?? ""};${headers["authorization"] ?? ""}`;
  const ticket = /(?:^|[\s;])PVEAuthCookie=([^;]+)/.exec(sources)?.[1];
  return ticket === undefined ? undefined : decodeURIComponent(ticket);
}

function verifyTicket(
  cluster: Cluster,
  method: string,
  ticket: string,
  headers: Readonly<Record<string, string>>,
): string {
  const known = cluster.table("access.tickets").get(ticket);
  if (!known || Number(known.time) + TICKET_SECONDS < cluster.now()) {
    throw new Unauthenticated("Authentication failed!");
  }
  if (method !== "GET" && headers["csrfpreventiontoken"] !== known.csrf) {
    throw new Unauthenticated("Permission denied - invalid csrf token");
  }
  return String(known.userid);
}

function verifyToken(cluster: Cluster, id: string, secret: string): string {
  const userid = userOf(id);
  const name = id.slice(userid.length + 1);
  const user = cluster.table("access.users").get(userid);
  if (!user) throw new Unauthenticated(`no such user ('${userid}')`);
  if (!Number(user.enable)) throw new Unauthenticated(`user '${userid}' is disabled`);
  const expired = (expire: unknown): boolean =>
    Number(expire ?? 0) > 0 && Number(expire) < cluster.now();
  if (expired(user.expire)) throw new Unauthenticated(`user '${userid}' access expired`);
  const token = cluster.table("access.tokens").get(id);
  if (!token) throw new Unauthenticated(`no such token '${name}' for user '${userid}'`);
  if (expired(token.expire) || token.secret !== secret) {
    throw new Unauthenticated("Authentication failed!");
  }
  return id;
}
