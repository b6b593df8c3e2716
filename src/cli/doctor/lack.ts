/**
 * Who lacks what the token may not do: itself, its user or both; and what grants it.
 *
 * @module
 */
import { grantText } from "../../answer/hints/grant.ts";
import type { PveClient } from "../../pve/client.ts";
import type { PermissionMap } from "../../pve/coverage.ts";
import { type Ask, permissionsOfUser } from "../../pve/permissions.ts";
import { whoLacks } from "../../pve/who_lacks.ts";

/** What lets a token look at the cluster. */
const READING = "Sys.Audit";

/** Says of what a token lacks who has to be granted it. */
export interface LackTexts {
  /** A role for reading on all there is. */
  readonly reading: string;
  /** A role for privileges on the paths that are told with them. */
  readonly others: string;
}

/**
 * The texts for a token.
 *
 * @param lacking The privileges that an account with such permissions lacks.
 */
export async function lackTexts(
  pve: PveClient,
  permissions: PermissionMap,
  lacking: (permissions: PermissionMap) => readonly string[],
): Promise<LackTexts> {
  const { identity } = pve;
  const [user = "", name] = identity.split("!");
  const ask: Ask = (operation, args, own) => pve.request(operation, args, own);
  const ofUser = name === undefined ? undefined : await permissionsOfUser(ask, user);
  const privileges = lacking(permissions);
  const mayRead = ofUser && Object.hasOwn(ofUser["/"] ?? {}, READING);
  const has = ofUser && !lacking(ofUser).some((each) => privileges.includes(each));
  const [readers, others] = await Promise.all([
    whoLacks(ask, identity, "/", [READING], mayRead),
    whoLacks(ask, identity, "/", privileges, has),
  ]);
  const grant = { identity, path: "PATH", role: "ROLE", sides: others };
  return {
    reading: grantText({ identity, path: "/", role: "PVEAuditor", sides: readers }),
    others: `${grantText(grant)}, for each PATH, with a ROLE that has these privileges`,
  };
}
