/**
 * Who asks: API tokens. Source: PVE::AccessControl.
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

/** The reason of a 401. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/**
 * The token id that a request proves, or undefined where none is needed.
 *
 * @throws {Unauthenticated} With the reason that PVE gives.
 */
export function authenticate(
  cluster: Cluster,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  if (PUBLIC.has(`${method} ${path}`)) return undefined;
  const credentials = /(?:^|\s)PVEAPIToken=([^;]*)/.exec(headers["authorization"] ?? "")?.[1];
  if (credentials === undefined || credentials === "") throw new Unauthenticated("No ticket");
  const equals = credentials.lastIndexOf("=");
  if (equals < 0) throw new Unauthenticated("no tokenid specified");
  return verifyToken(cluster, credentials.slice(0, equals), credentials.slice(equals + 1));
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
  if (expired(token.expire)) throw new Unauthenticated(`token '${name}' access expired`);
  if (token.secret !== secret) throw new Unauthenticated("Authentication failed!");
  return id;
}
