/**
 * Bridges that network cards name and that are not there: Proxmox VE takes the card all the same, and
 * the guest does not start. PVE is left to judge; the answer says what is missing.
 *
 * @module
 */
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";

/** Where the bridges of a node stand. */
export const BRIDGES = "GET /nodes/{node}/network";

/** Those of the bridges that the node does not have; none when they cannot be read. */
async function absentOf(
  context: ReadContext,
  node: string,
  bridges: readonly string[],
): Promise<string[]> {
  if (bridges.length === 0) return [];
  try {
    const { data } = await context.request(BRIDGES, { node, type: "any_bridge" });
    const there = new Set((data as readonly Row[]).map(({ iface }) => iface));
    return bridges.filter((name) => !there.has(name));
  } catch {
    context.signal.throwIfAborted();
    return [];
  }
}

/** Bridges of network cards (`net0` and others) that their node does not have. */
export async function bridgeNotes(
  context: ReadContext,
  node: string,
  config: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const cards = Object.entries(config).filter(([key]) => /^net\d+$/.test(key));
  const bridges = cards.flatMap(([, card]) =>
    /(?:^|,)bridge=([^,]+)/.exec(String(card))?.[1] ?? []
  );
  const absent = await absentOf(context, node, [...new Set(bridges)]);
  return absent.map((bridge) =>
    `${node} has no bridge ${bridge} that the token may see: a guest cannot start without its bridge`
  );
}
