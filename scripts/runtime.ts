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
 * Bounds V8's space for young objects, in MiB: a burst of different calls then leaves 40 MiB less with
 * the process, for lists of 10,000 guests that take a tenth longer; with 2 MiB in place of 8 it would
 * be 50, and a fifth. V8 reads this before the program starts, so the program cannot set it itself.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=8";

/**
 * Beside the permissions, what runs the bundle by itself: no other code is found or loaded. In a
 * folder of `node_modules`, code is run as it is: elsewhere Deno first parses all of it, with what is
 * loaded late, to find what it imports, and keeps no more than where it may write. That takes four
 * times as long, and twice the memory for as long as the process runs.
 */
export const BUNDLE_FLAGS: readonly string[] = [
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--node-modules-dir=manual",
  V8_FLAGS,
];
