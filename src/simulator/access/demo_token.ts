/**
 * The API token of the embedded Proxmox VE: no secret, since nothing real is behind it.
 *
 * @module
 */

/** A token with all rights. */
export const DEMO_TOKEN = {
  id: "root@pam!demo",
  secret: "11111111-2222-4333-8444-555555555555",
} as const;
