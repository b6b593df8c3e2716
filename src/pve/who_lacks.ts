/**
 * Who has to be granted what a token lacks: with privilege separation it has what both it and its
 * user were granted. What Proxmox VE shows of others takes Sys.Audit on /access.
 *
 * @module
 */
import { type Ask, seen } from "./permissions.ts";
import { type Identity, Rights } from "./rights.ts";

/** A token, or its user. */
export type Side = "token" | "user";

/** Those that lack something; undefined where it cannot be seen which of them do. */
export type Sides = readonly Side[] | undefined;

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Whether a token has privileges of its own; undefined where that cannot be seen. */
async function isSeparated(
  ask: Ask,
  userid: string,
  tokenid: string,
): Promise<boolean | undefined> {
  const operation = "GET /access/users/{userid}/token/{tokenid}";
  const token = await seen<Readonly<Record<string, unknown>>>(ask, operation, { userid, tokenid });
  return token && Number(token.privsep ?? 1) !== 0;
}

/** Whether the ACL gives a token all of these itself; undefined where that cannot be seen. */
async function isGranted(
  ask: Ask,
  token: Identity,
  path: string,
  privileges: readonly string[],
): Promise<boolean | undefined> {
  const [acl, roles] = await Promise.all([
    seen<Rows>(ask, "GET /access/acl", {}),
    seen<Rows>(ask, "GET /access/roles", {}),
  ]);
  if (!acl || !roles) return undefined;
  const rights = new Rights(acl, roles, [token], new Map());
  return privileges.every((each) => rights.isGranted(token, each, path));
}

/**
 * Who lacks privileges that a token has not.
 *
 * @param identity The token's id with its user: `mcp@pve!mcp`.
 * @param userHas Whether its user has them; undefined where that cannot be seen.
 */
export async function whoLacks(
  ask: Ask,
  identity: string,
  path: string,
  privileges: readonly string[],
  userHas: boolean | undefined,
): Promise<Sides> {
  if (userHas) return ["token"];
  const [user = "", name] = identity.split("!");
  if (name === undefined) return ["user"];
  const separated = await isSeparated(ask, user, name);
  if (separated === false) return ["user"];
  if (userHas === undefined) return undefined;
  const token: Identity = {
    ...{ id: identity, owner: user, groups: [], enabled: true, expire: 0, separated: true },
  };
  return await isGranted(ask, token, path, privileges) ? ["user"] : ["token", "user"];
}
