/**
 * The SSH library, loaded when the first connection is made.
 *
 * @module
 */

/** Loads the library. */
export async function loadSsh2(): Promise<typeof import("./ssh2_library.ts")> {
  // Its agent module reads `__dirname`, which a bundle does not have, while it loads.
  (globalThis as { __dirname?: string }).__dirname ??= "";
  return await import("./ssh2_library.ts");
}
