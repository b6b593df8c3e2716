/**
 * What the token itself may do.
 *
 * @module
 */
import type { PveAnswer } from "./client.ts";
import type { PermissionMap } from "./coverage.ts";

/** Seconds for a read that only adds to an answer. */
const READ_SECONDS = 5;

/** The privileges of who asks, by path; undefined where Proxmox VE does not tell them in time. */
export async function ownPermissions(
  request: (
    operation: "GET /access/permissions",
    args: Record<never, never>,
    own: { readonly timeoutSeconds: number },
  ) => Promise<PveAnswer>,
  signal: AbortSignal,
): Promise<PermissionMap | undefined> {
  try {
    const own = { timeoutSeconds: READ_SECONDS };
    return (await request("GET /access/permissions", {}, own)).data as PermissionMap;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
