/**
 * What a change names and what is not there: Proxmox VE takes it all the same, and what comes of it
 * does not work. PVE is left to judge; the answer says what is missing.
 *
 * @module
 */
import type { ReadOperation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";

/** Where the names stand that there are. */
interface Listed {
  readonly look: ReadOperation;
  readonly args?: Args;
  /** The field that has the name. */
  readonly field: string;
}

/** Those of the names that are not listed; none when the list cannot be read. */
export async function absentOf(
  context: ReadContext,
  { look, args = {}, field }: Listed,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  try {
    const { data } = await context.request(look, args);
    const there = new Set((data as readonly Row[]).map((row) => String(row[field])));
    return names.filter((name) => !there.has(name));
  } catch {
    context.signal.throwIfAborted();
    return [];
  }
}

/** Where the bridges of a node stand. */
export const BRIDGES = "GET /nodes/{node}/network";

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
  const listed = { look: BRIDGES, args: { node, type: "any_bridge" }, field: "iface" } as const;
  const absent = await absentOf(context, listed, [...new Set(bridges)]);
  return absent.map((bridge) =>
    `${node} has no bridge ${bridge} that the token may see: a guest cannot start without its bridge`
  );
}
