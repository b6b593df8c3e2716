/**
 * What HA has to say: it does what is asked of its resources in its own time, and its rules pull
 * guests back. Sources: PVE::HA::Rules, PVE::API2::Qemu.
 *
 * @module
 */
import { type CurrentState, isOff, isOn } from "../effects/effect.ts";
import { readRow, readRows, type Row } from "../effects/read.ts";
import {
  type HaRule,
  nodeNames,
  preferredNodes,
  ruleName,
  rulesOfGroups,
} from "../ha_placement.ts";
import { affinitiesOf } from "../ha_rules.ts";
import { isNotInRelease } from "../errors.ts";
import { sidOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import { type GuestPlace, guestPlaceOf, guestWords } from "./guest_place.ts";

const RESOURCE = "GET /cluster/ha/resources/{sid}";
const RESOURCES = "GET /cluster/ha/resources";
const RULES = "GET /cluster/ha/rules";
const GROUPS = "GET /cluster/ha/groups";
const MOVE_BY_HA = /^POST \/cluster\/ha\/resources\/\{sid\}\/(?:migrate|relocate)$/;

/** False before 9, which has no such operation. */
async function hasRules(state: CurrentState): Promise<boolean> {
  try {
    await state.get(RULES, {});
    return true;
  } catch (error) {
    return !isNotInRelease(error);
  }
}

/** The rules that HA has, or the groups that 8.4 has in their place; undefined when neither is read. */
async function allRules(state: CurrentState): Promise<readonly HaRule[] | undefined> {
  if (await hasRules(state)) {
    return await readRows(state, RULES, {}) as readonly HaRule[] | undefined;
  }
  const [groups, resources] = await Promise.all([
    readRows(state, GROUPS, {}),
    readRows(state, RESOURCES, {}),
  ]);
  return groups && resources && rulesOfGroups(groups, resources);
}

function ruleFinding(
  rule: HaRule,
  target: string,
  online: readonly string[],
  { failback }: Row,
): Finding[] {
  if (rule.type !== "node-affinity") return [];
  const best = preferredNodes(rule, online);
  const isAllowed = !isOn(rule.strict) || nodeNames(rule.nodes).includes(target);
  const comesBack = !isOff(failback) && !isOn(rule.nofailback);
  if (best.includes(target) || (isAllowed && !comesBack)) return [];
  const stays = isOn(rule.strict) ? "lets it run on" : "pulls it back to";
  const what = `HA ${ruleName(rule)} ${stays} ${best.join(" or ") || "no node that is online"}`;
  return [finding("warns", what, rule.isGroup ? GROUPS : RULES, {})];
}

/** What HA makes of the other resources when it moves one. */
export interface Company {
  /** They go along. */
  readonly together: readonly string[];
  /** They are on the target, and it does not move there. */
  readonly blockers: readonly string[];
  /** They are kept apart from it, wherever they are. */
  readonly separate: readonly string[];
}

/** The resources with which HA moves another one, and those that keep it from the target. */
export async function companyOf(
  sid: string,
  target: string,
  state: CurrentState,
): Promise<Company> {
  const [rules, nodes, resources, guests] = await Promise.all([
    readRows(state, RULES, {}),
    readRows(state, "GET /nodes", {}),
    readRows(state, RESOURCES, {}),
    state.guests(),
  ]);
  const { together, separate } = affinitiesOf(
    sid,
    rules ?? [],
    (nodes ?? []).map(({ node }) => String(node)),
  );
  const isKept = (other: string): boolean =>
    resources?.some((row) => row.sid === other && row.state !== "ignored") ?? false;
  const there = guests.filter(({ node }) => node === target).map(sidOf);
  return {
    together: together.filter(isKept),
    blockers: separate.filter((other) => there.includes(other) && isKept(other)),
    separate,
  };
}

async function companyFindings(
  sid: string,
  target: string,
  state: CurrentState,
): Promise<Finding[]> {
  const { together, blockers } = await companyOf(sid, target, state);
  const found = (verdict: Finding["verdict"], what: string): Finding =>
    finding(verdict, what, RULES, {});
  if (blockers.length > 0) {
    return [found("stops it", `HA keeps ${sid} apart from ${blockers.join(", ")} on ${target}`)];
  }
  return together.length > 0 ? [found("warns", `HA takes ${together.join(", ")} along`)] : [];
}

/** The rules that are about a guest. */
export async function rulesOf(sid: string, state: CurrentState): Promise<readonly HaRule[]> {
  const rules = await allRules(state) ?? [];
  return rules.filter(({ resources, disable }) =>
    !isOn(disable) && splitList(resources).includes(sid)
  );
}

async function onlineNodes(state: CurrentState): Promise<string[]> {
  const rows = await readRows(state, "GET /nodes", {}) ?? [];
  return rows.filter(({ status }) => status !== "offline").map(({ node }) => String(node));
}

/** What rules have to say to a move. */
async function moveFindings(
  sid: string,
  target: string,
  resource: Row,
  state: CurrentState,
): Promise<Finding[]> {
  const rules = await rulesOf(sid, state);
  const online = rules.length > 0 ? await onlineNodes(state) : [];
  return [
    ...rules.flatMap((rule) => ruleFinding(rule, target, online, resource)),
    ...await companyFindings(sid, target, state),
  ];
}

/** What HA has to say to a move that it is asked for itself. */
async function moveByHa(
  { operation, args: { sid, node } }: Parameters<Check>[0],
  state: CurrentState,
): Promise<Finding[]> {
  if (!MOVE_BY_HA.test(operation)) return [];
  const resource = await readRow(state, RESOURCE, { sid: String(sid) });
  return await moveFindings(String(sid), String(node), resource ?? {}, state);
}

/** The resource that a guest is to HA; PVE does with one that HA ignores as with any other guest. */
export async function resourceOf(
  { type, place: { vmid } }: GuestPlace,
  state: CurrentState,
): Promise<Row | undefined> {
  const resource = await readRow(state, RESOURCE, { sid: sidOf({ type, vmid }) });
  return resource?.state === "ignored" ? undefined : resource;
}

/** What HA does with a request about one of its resources. */
export const highAvailability: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest) return await moveByHa(request, state);
  if (
    !/^(?:DELETE|POST \/(?:status\/(?:start|stop|shutdown)|migrate))$/.test(guest.does)
  ) {
    return [];
  }
  const sid = sidOf({ type: guest.type, vmid: guest.place.vmid });
  const resource = await readRow(state, RESOURCE, { sid });
  if (!resource) return [];
  const found = (verdict: Finding["verdict"], what: string): Finding =>
    finding(verdict, what, RESOURCE, { sid });
  if (guest.does === "DELETE") {
    if (isOn(request.args.purge)) return [];
    return [found("stops it", `${guestWords(guest)} is under HA: purge=true takes it out`)];
  }
  // PVE does with one that HA ignores as it does with any other.
  if (resource.state === "ignored") return [];
  const isMove = guest.does.endsWith("migrate");
  return [
    found(
      "warns",
      `${guestWords(guest)} is under HA (${resource.state}), which does it in its own time`,
    ),
    ...isMove ? await moveFindings(sid, String(request.args.target), resource, state) : [],
  ];
};
