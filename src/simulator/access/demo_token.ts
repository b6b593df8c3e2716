/**
 * The API tokens of the embedded Proxmox VE: no secrets, since nothing real is behind them.
 *
 * @module
 */

/** A token with all rights. */
export const DEMO_TOKEN = {
  id: "root@pam!demo",
  secret: "11111111-2222-4333-8444-555555555555",
} as const;

/** The sites that are shown as several clusters: what is behind each name, its address and secret. */
export const DEMO_SITES = {
  home: { site: "company", address: "192.0.2.11", secret: DEMO_TOKEN.secret },
  lab: {
    site: "lab",
    address: "198.51.100.11",
    secret: "11111111-1ab1-4333-8444-555555555555",
  },
  branch: {
    site: "branch",
    address: "203.0.113.11",
    secret: "11111111-b7a9-4333-8444-555555555555",
  },
} as const;
