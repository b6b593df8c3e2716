/**
 * A restore that nobody hears of: with the link of every network card down.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";

/** Cards in the configuration that a backup holds; sections of snapshots come after it. */
function cardsIn(config: string): [key: string, value: string][] {
  const [current = ""] = config.split(/^\[/m);
  return [...current.matchAll(/^(net\d+): (.*)$/gm)].map(([, key = "", value = ""]) => [
    key,
    value,
  ]);
}

/** The network cards of a backup as a restore takes them, all links down. */
export async function cardsDown(
  context: ReadContext,
  node: string,
  archive: string,
): Promise<Args> {
  const answer = await context.request("GET /nodes/{node}/vzdump/extractconfig", {
    node,
    volume: archive,
  });
  const down = cardsIn(String(answer.data)).map(([key, value]) => [
    key,
    `${value.replace(/,link_down=[^,]*/, "")},link_down=1`,
  ]);
  return Object.fromEntries(down);
}
