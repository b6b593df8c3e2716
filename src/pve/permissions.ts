/**
 * What the token and its user may do: short reads, as they only add to an answer.
 *
 * @module
 */
import type { ReadOperation } from "./api.ts";
import type { PveAnswer } from "./client.ts";
import type { PermissionMap } from "./coverage.ts";
import type { Args } from "./encode.ts";

const READ_SECONDS = 5;

/** Asks Proxmox VE as the token itself. */
export type Ask = (
  operation: ReadOperation,
  args: Args,
  own: { readonly timeoutSeconds: number },
) => Promise<PveAnswer>;

/** What a read tells; undefined where the token may not see it, or it is not told in time. */
export async function seen<T>(
  ask: Ask,
  operation: ReadOperation,
  args: Args,
): Promise<T | undefined> {
  try {
    return (await ask(operation, args, { timeoutSeconds: READ_SECONDS })).data as T;
  } catch {
    return undefined;
  }
}

/** The privileges of who asks, by path. */
export async function ownPermissions(
  ask: Ask,
  signal: AbortSignal,
): Promise<PermissionMap | undefined> {
  const permissions = await seen<PermissionMap>(ask, "GET /access/permissions", {});
  if (!permissions) signal.throwIfAborted();
  return permissions;
}

/** What the user of a token may do, below a path or everywhere. */
export function permissionsOfUser(
  ask: Ask,
  userid: string,
  path?: string,
): Promise<PermissionMap | undefined> {
  return seen(ask, "GET /access/permissions", { userid, path });
}
