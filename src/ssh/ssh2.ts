/**
 * The SSH library, loaded when the first connection is made.
 *
 * @module
 */
// @ts-types="./ssh2_types.d.ts"
import type * as Ssh2 from "ssh2";

/** Loads the library. */
export async function loadSsh2(): Promise<typeof Ssh2> {
  // Its agent module reads `__dirname`, which a bundle does not have, while it loads.
  (globalThis as { __dirname?: string }).__dirname ??= "";
  // @ts-types="./ssh2_types.d.ts"
  return await import("ssh2");
}
