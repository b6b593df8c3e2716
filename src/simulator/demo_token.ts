/**
 * The API token of the embedded Proxmox VE: no secret, since nothing real is behind it.
 *
 * @module
 */

/** A token with all rights. */
export const DEMO_TOKEN = {
  id: "root@pam!demo",
  secret: "d3300000-0000-4000-8000-00000000d3e0",
} as const;
