/**
 * What Deno is started with, wherever a form of the program brings Deno along.
 *
 * @module
 */

/**
 * The most that the program may do. Which hosts and files the settings and the calls name is known
 * only when it runs, so net, reading and writing cannot be narrower; running programs, native
 * code, system information and imports are denied.
 */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-env=PROXMOX_*",
  "--ignore-env",
  "--allow-read",
  "--allow-write",
  "--deny-run",
  "--deny-ffi",
  "--deny-sys",
  "--deny-import",
];

/**
 * Bounds V8's space for young objects, in MiB: what a list or a burst of calls has left behind stays
 * with the process otherwise, some 20 MiB of it, for lists of 10,000 guests that take a twentieth
 * less. V8 reads this before the program starts, so the program cannot set it itself.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=2";

/** Beside the permissions, what runs the bundle by itself: it finds nothing else, and loads nothing. */
export const BUNDLE_FLAGS: readonly string[] = [
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  V8_FLAGS,
];
