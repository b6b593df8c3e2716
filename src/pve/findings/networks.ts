/**
 * Whether the bridges of network cards and the pools of new guests are there.
 *
 * @module
 */
import type { CurrentState } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import type { Attempt } from "../errors.ts";
import { goneBy } from "../evidence.ts";
import { requestWords } from "../request_words.ts";
import { type Check, finding, isThere } from "./finding.ts";
import { configOf, type GuestPlace, guestPlaceOf, statusOf } from "./guest_place.ts";
import { lackingFindings } from "./privileges.ts";

const READ = "GET /nodes/{node}/network";

/** Bridges and virtual networks that the arguments plug cards into, with their VLANs. */
function cardsIn(
  args: Readonly<Record<string, unknown>>,
): (readonly [bridge: string, tag: string | undefined])[] {
  return Object.entries(args).filter(([key]) => /^net\d+$/.test(key)).flatMap(([, card]) => {
    const [, bridge] = /\bbridge=([^,]+)/.exec(String(card)) ?? [];
    return bridge === undefined ? [] : [[bridge, /\btag=(\d+)/.exec(String(card))?.[1]] as const];
  });
}

/** The cards that a request plugs in, or with which the guest starts. */
async function pluggedBy(
  { args }: Attempt,
  guest: GuestPlace | undefined,
  state: CurrentState,
): Promise<ReturnType<typeof cardsIn>> {
  const starts = guest?.does === "POST /status/start";
  return starts ? cardsIn(await configOf(guest, state) ?? {}) : cardsIn(args);
}

/** Whether the node has the bridges; a card is plugged at once only where the guest runs, or starts. */
export const bridges: Check = async (request, state) => {
  const { args } = request;
  const guest = guestPlaceOf(request);
  const wanted = new Set((await pluggedBy(request, guest, state)).map(([bridge]) => bridge));
  if (wanted.size === 0 || args.node === undefined) return [];
  const read = { node: args.node, type: "any_bridge" };
  const rows = await readRows(state, READ, read);
  // A token that may use none is shown none.
  if (!rows || rows.length === 0) return [];
  const missing = [...wanted].filter((name) => rows.every(({ iface }) => iface !== name));
  if (missing.length === 0) return [];
  const isNow = guest && (guest.does === "POST /status/start" ||
    (await statusOf(guest, state))?.status === "running");
  return missing.map((name) =>
    finding(
      isNow ? "stops it" : "warns",
      `${args.node} has no bridge ${name}${isNow ? "" : ": the guest will not start"}`,
      READ,
      read,
    )
  );
};

/** Whether the token may plug cards into the bridges; zones of virtual networks are not known. */
export const bridgePrivileges: Check = async ({ args }, state) => {
  const paths = cardsIn(args).filter(([bridge]) => /^vmbr\d+$/.test(bridge)).map(([bridge, tag]) =>
    `/sdn/zones/localnetwork/${bridge}${tag === undefined ? "" : `/${tag}`}`
  );
  const found = [...new Set(paths)].map((path) => lackingFindings(path, ["SDN.Use"], state));
  return (await Promise.all(found)).flat();
};

/** Whether the pool that a new guest goes to is there. */
export const pool: Check = async ({ operation, args }, state) => {
  const isForGuest = /^POST \/nodes\/\{node\}\/(?:qemu|lxc)(?:$|\/\{vmid\}\/clone$)/;
  if (args.pool === undefined || !isForGuest.test(operation)) return [];
  const read = goneBy("DELETE /pools/{poolid}", { poolid: args.pool });
  if (!read || await isThere(read, state)) return [];
  const from = requestWords(read.operation, read.args);
  return [{ verdict: "stops it", what: `There is no pool ${args.pool}`, from }];
};
