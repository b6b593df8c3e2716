/**
 * After Proxmox VE refused a token: whether it is the token that lacks the privilege, its user, or
 * both. Short reads, where the token may look; where they tell nothing, nothing is said.
 *
 * @module
 */
import { privilegesLacked } from "../answer/hints/errors.ts";
import type { PveClient, RequestOptions } from "../pve/client.ts";
import { PveError } from "../pve/errors.ts";
import { type Ask, permissionsOfUser } from "../pve/permissions.ts";
import { type Sides, whoLacks } from "../pve/who_lacks.ts";

/** Who lacks what a request was refused for; undefined when that is not known. */
export async function lackingSides(
  pve: PveClient,
  request: RequestOptions & { readonly signal: AbortSignal },
  error: unknown,
): Promise<Sides> {
  if (!(error instanceof PveError) || error.status !== 403 || request.signal.aborted) return;
  const identity = error.attempt.as ?? pve.identity;
  const [user = "", name] = identity.split("!");
  const lacked = privilegesLacked(error);
  if (name === undefined || !lacked) return undefined;
  const { path, privileges } = lacked;
  const ask: Ask = (operation, args, own) => pve.request(operation, args, { ...request, ...own });
  const granted = await permissionsOfUser(ask, user, path);
  const has = privileges.filter((each) => Object.hasOwn(granted?.[path] ?? {}, each));
  // Of several that are asked for, one may have been enough, or not.
  const isSure = granted && [0, privileges.length].includes(has.length);
  return await whoLacks(ask, identity, path, privileges, isSure ? has.length > 0 : undefined);
}
