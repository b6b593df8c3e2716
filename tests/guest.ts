/**
 * A guest as the server knows it, for tests without a cluster.
 *
 * @module
 */
import type { Guest } from "../src/pve/guests.ts";

/** web01, a VM that runs on pve1. */
export const WEB01 = {
  vmid: 100,
  type: "qemu",
  node: "pve1",
  name: "web01",
  status: "running",
  template: false,
  tags: [],
  pool: undefined,
  lock: undefined,
} as const satisfies Guest;
