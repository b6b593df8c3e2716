/**
 * What a change leaves as it is: Proxmox VE writes aliases and members of IP sets anew, and takes
 * away what it is not told. Sources: PVE::API2::Firewall::Aliases, PVE::API2::Firewall::IPSet.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import { pathArgs, type Row } from "../../pve/effects/read.ts";
import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { placeArgs } from "../guest/_state.ts";

/** What is written anew. */
type Written = "aliases/{name}" | "ipset/{name}/{cidr}";

/** Adds to a change, from what there is, those of the values that it does not give. */
export function keeping(
  path: Written,
  names: readonly string[],
): (args: Args, context: ReadContext) => Promise<Args> {
  return async (args, context) => {
    const others = names.filter((name) => args[name] === undefined);
    if (others.length === 0) return args;
    const { guest } = context;
    const read = guest
      ? guestOperation(`GET /nodes/{node}/{type}/{vmid}/firewall/${path}`, guest.type)
      : `GET /cluster/firewall/${path}` as const;
    const place = guest && placeArgs(guest);
    const { data } = await context.request(read, pathArgs(read, { ...args, ...place }));
    const kept = others.map((name) => [name, (data as Row)[name]]);
    return { ...args, ...Object.fromEntries(kept) };
  };
}
