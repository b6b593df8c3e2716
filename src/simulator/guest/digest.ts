/**
 * The digest of a guest's configuration file, snapshots and pending values included.
 *
 * @module
 */
import type { Guest } from "../core/model.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import { failed } from "../core/refusal.ts";

/** SHA-1 of a guest's configuration. */
export function digestOfGuest(guest: Guest): string {
  const { config, pending, pendingDelete, snapshots } = guest;
  return digestOf([config, pending, [...pendingDelete], [...snapshots]]);
}

/** Refuses a change that was meant for another state of the file; of a VM in older words. */
export function assertDigest(guest: Guest, expected: string | undefined): void {
  if (guest.type === "lxc") assertUnmodified(digestOfGuest(guest), expected);
  if (expected !== undefined && expected !== "" && expected !== digestOfGuest(guest)) {
    throw failed("checksum mismatch (file change by other user?)");
  }
}
