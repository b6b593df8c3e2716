/**
 * The quorum of a cluster, where a node that leaves it has the vote that makes the majority. Without
 * it the others change and start nothing, and those that HA is active on are reset by it.
 *
 * @module
 */
import { sidOf } from "../guests.ts";
import { quorumOf, votesOf, votesText } from "../quorum.ts";
import type { CurrentState, Loss } from "./effect.ts";
import { listText } from "./lists.ts";
import { readRow, readRows } from "./read.ts";
import { UNREAD } from "./words.ts";

const NONE: Loss[] = [];

/** What HA resets: a node that guests under it are on; undefined where that cannot be seen. */
async function resetByHa(
  others: readonly string[],
  state: CurrentState,
): Promise<readonly string[] | undefined> {
  const rows = await readRows(state, "GET /cluster/ha/resources", {});
  if (!rows) return undefined;
  const managed = rows.filter(({ state }) => state !== "ignored").map(({ sid }) => String(sid));
  const nodes = (await state.guests()).filter((guest) => managed.includes(sidOf(guest)))
    .map(({ node }) => node);
  return others.filter((node) => nodes.includes(node));
}

/**
 * The quorum, when the cluster has it now and not without this node.
 *
 * @param time Until when: `until pve2 is back`
 */
export async function lostQuorum(node: string, time: string, state: CurrentState): Promise<Loss[]> {
  const [status, members, qdevice] = await Promise.all([
    readRows(state, "GET /cluster/status", {}),
    readRows(state, "GET /cluster/config/nodes", {}),
    readRow(state, "GET /cluster/config/qdevice", {}),
  ]);
  const unread = [{ what: `quorum, should the other nodes lack the votes, ${UNREAD}`, guests: [] }];
  if (!status) return unread;
  const { cluster, quorate, nodes, offline } = quorumOf(status);
  if (cluster === undefined || !quorate || offline.includes(node)) return NONE;
  const others = nodes.filter((each) => each !== node && !offline.includes(each));
  const votes = votesOf(nodes, others, members, qdevice);
  if (!votes) return unread;
  if (votes.quorate) return NONE;
  const reset = await resetByHa(others, state);
  const fenced = reset === undefined
    ? ", and HA may reset them"
    : reset.length > 0
    ? `, and HA resets ${listText(reset)}`
    : "";
  const guests = (await state.guests()).filter((guest) =>
    guest.status !== "stopped" && (reset ?? others).includes(guest.node)
  ).map(({ vmid }) => vmid);
  const there = listText(others);
  return [{
    what: `quorum, ${votesText(votes)}, ${time}: nothing starts or changes on ${there}${fenced}`,
    guests,
  }];
}
