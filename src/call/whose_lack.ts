/**
 * After Proxmox VE refused a token: whether its user has the privilege, so that it is the privilege
 * separation of the token that takes it, or has it no more than the token. One short read, which
 * takes Sys.Audit on /access; where it tells nothing, nothing is said.
 *
 * @module
 */
import { privilegesLacked, type WhoseLack } from "../answer/hints/errors.ts";
import type { PveClient, RequestOptions } from "../pve/client.ts";
import { PveError } from "../pve/errors.ts";

/** Seconds for a read that only adds to why a call failed. */
const READ_SECONDS = 5;

/** Who lacks what a request was refused for; undefined when that is not known. */
export async function whoseLack(
  pve: PveClient,
  request: RequestOptions & { readonly signal: AbortSignal },
  error: unknown,
): Promise<WhoseLack | undefined> {
  if (!(error instanceof PveError) || error.status !== 403 || request.signal.aborted) return;
  const [user = "", name] = (error.attempt.as ?? pve.identity).split("!");
  const lacked = privilegesLacked(error);
  if (name === undefined || !lacked) return undefined;
  const { path, privileges } = lacked;
  try {
    const { data } = await pve.request("GET /access/permissions", { userid: user, path }, {
      ...request,
      timeoutSeconds: READ_SECONDS,
    });
    const granted = (data as Readonly<Record<string, object | undefined>> | null)?.[path] ?? {};
    const has = privileges.filter((privilege) => Object.hasOwn(granted, privilege));
    if (has.length === privileges.length) return { user, hasIt: true };
    return has.length === 0 ? { user, hasIt: false } : undefined;
  } catch {
    return undefined;
  }
}
