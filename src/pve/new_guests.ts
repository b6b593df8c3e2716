/**
 * Guests that requests make, which nobody can look at before.
 *
 * @module
 */
import type { Attempt } from "./errors.ts";

const MAKES_A_GUEST = /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/;

/** The numbers of the guests that requests create or restore. */
export function numbersMade(requests: readonly Attempt[]): ReadonlySet<number> {
  return new Set(
    requests.filter(({ operation }) => MAKES_A_GUEST.test(operation)).map(({ args }) =>
      Number(args.vmid)
    ),
  );
}
