/**
 * Digests of configuration, and the check that nobody else changed it.
 *
 * @module
 */
import { failed } from "./refusal.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { createHash } = await import("node:crypto");

/** Hash functions that PVE uses for digests: `sha256` for notifications, else `sha1`. */
export type DigestKind = "sha1" | "sha256";

/** Digest of a configuration as hex; nothing at all has the digest of an empty file. */
export function digestOf(value: unknown, kind: DigestKind = "sha1"): string {
  const hash = createHash(kind);
  if (!isEmpty(value)) hash.update(JSON.stringify(value));
  return hash.digest("hex");
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/**
 * Compares the digest that a caller sent back with the current one.
 *
 * @throws {ApiError} When both are there and differ, in the words of PVE's section configs.
 */
export function assertUnmodified(current: string, expected: string | undefined): void {
  if (expected !== undefined && expected !== "" && expected !== current) {
    throw failed("detected modified configuration - file changed by other user? Try again.");
  }
}
