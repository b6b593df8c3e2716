/**
 * Why guests stay as they are in an operation on many, for who has sent it.
 *
 * @module
 */
import type { CurrentState } from "../effects/effect.ts";
import type { Attempt } from "../errors.ts";
import { bulk } from "./bulk.ts";

/** How a finding begins that says why a guest is left out. */
const STAYS = /^stays\b/;

/** The reasons, as far as reads tell them, with the guests that each holds for. */
export async function reasonsToStay(
  request: Attempt,
  state: CurrentState,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const staying = (await bulk(request, state)).filter(({ verdict, what }) =>
    verdict !== "fine" && STAYS.test(what)
  );
  const groups = Map.groupBy(staying, ({ what }) => what);
  return new Map([...groups].map(([what, found]) => [what, found.map(({ guest = "" }) => guest)]));
}
