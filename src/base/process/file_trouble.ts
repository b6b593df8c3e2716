/**
 * Why a file that a setting names cannot be written, and what to do about it.
 *
 * @module
 */
import { errorMessage } from "../text/error_message.ts";

/** What stands in the way of a file that is read and added to. */
export interface FileTrouble {
  readonly reason: string;
  readonly hint: string;
}

/** There is no room for all of what was to be written. */
export class DiskFullError extends Error {}

/** True when there is no space left, or none of a quota. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof DiskFullError ||
    (error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code)));
}

/** The trouble that an error of Deno tells of. */
export function fileTrouble(path: string, error: unknown): FileTrouble {
  if (error instanceof Deno.errors.NotCapable) {
    return {
      reason: "this program was started without permission to read and write it",
      hint: `Start it with Deno's options --allow-read=${path} --allow-write=${path}`,
    };
  }
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return {
      reason: "its folder does not exist",
      hint: "Make that folder, or name a file in another one",
    };
  }
  if (isDiskFull(error)) {
    return { reason: "its disk is full", hint: "Make room on that disk" };
  }
  const reason = error instanceof Deno.errors.PermissionDenied
    ? "the operating system does not let this user read and write it"
    : errorMessage(error);
  return { reason, hint: "Name a file that this user can make, read and write" };
}
