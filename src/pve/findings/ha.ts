/**
 * What HA has to say: it does what is asked of its resources in its own time, and its rules pull
 * guests back. Sources: PVE::HA::Rules, PVE::API2::Qemu.
 *
 * @module
 */
import { type CurrentState, isOff, isOn } from "../effects/effect.ts";
import { readRow, readRows, type Row } from "../effects/read.ts";
import { preferredNodes } from "../ha_placement.ts";
import { sidOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import { guestPlaceOf, guestWords } from "./guest_place.ts";

const RESOURCE = "GET /cluster/ha/resources/{sid}";
const RULES = "GET /cluster/ha/rules";

function ruleFinding(
  rule: Row,
  sid: string,
  target: string,
  online: readonly string[],
  failback: boolean,
): Finding[] {
  const warns = (what: string): Finding[] => [
    finding("warns", `HA rule ${rule.rule} ${what}`, RULES, {}),
  ];
  const others = splitList(rule.resources).filter((each) => each !== sid).join(", ");
  if (rule.type === "node-affinity") {
    const best = preferredNodes(rule, online);
    const isAllowed = !isOn(rule.strict) ||
      splitList(rule.nodes).some((each) => each.split(":")[0] === target);
    if (best.includes(target) || (isAllowed && !failback)) return [];
    const stays = isOn(rule.strict) ? "lets it run on" : "pulls it back to";
    return warns(`${stays} ${best.join(" or ") || "no node that is online"}`);
  }
  return warns(
    rule.affinity === "negative"
      ? `keeps it apart from ${others}`
      : `takes ${others} along, or keeps it where they are`,
  );
}

/** The rules that are about a guest. */
export async function rulesOf(sid: string, state: CurrentState): Promise<readonly Row[]> {
  const rows = await readRows(state, RULES, {}) ?? [];
  return rows.filter(({ resources, disable }) =>
    !isOn(disable) && splitList(resources).includes(sid)
  );
}

async function onlineNodes(state: CurrentState): Promise<string[]> {
  const rows = await readRows(state, "GET /nodes", {}) ?? [];
  return rows.filter(({ status }) => status !== "offline").map(({ node }) => String(node));
}

/** What HA does with a request about one of its resources. */
export const highAvailability: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (
    !guest || !/^(?:DELETE|POST \/(?:status\/(?:start|stop|shutdown)|migrate))$/.test(guest.does)
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
  const target = String(request.args.target);
  const failback = !isOff(resource.failback);
  const rules = guest.does.endsWith("migrate") ? await rulesOf(sid, state) : [];
  const online = rules.length > 0 ? await onlineNodes(state) : [];
  return [
    found(
      "warns",
      `${guestWords(guest)} is under HA (${resource.state}), which does it in its own time`,
    ),
    ...rules.flatMap((rule) => ruleFinding(rule, sid, target, online, failback)),
  ];
};
