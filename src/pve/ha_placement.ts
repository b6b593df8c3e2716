/**
 * Where HA recovers guests of a node that is gone. Sources: `select_service_node` of
 * PVE::HA::Manager, PVE::HA::Rules::NodeAffinity and ResourceAffinity, PVE::HA::Usage::Basic.
 *
 * @module
 */
import { splitList } from "./split_list.ts";

/** A guest under HA. */
export interface HaService {
  /** `vm:100` */
  readonly sid: string;
  readonly node: string;
  /** It counts as load of its node. */
  readonly active: boolean;
}

/** A rule as `GET /cluster/ha/rules` answers it. */
export interface HaRule {
  readonly rule?: string;
  readonly type?: string;
  readonly resources?: unknown;
  readonly nodes?: unknown;
  readonly strict?: unknown;
  readonly affinity?: unknown;
  readonly disable?: unknown;
  /** It is a group, which 8.4 has in place of rules. */
  readonly isGroup?: true;
  /** Of a group: its guests stay where they are; from 9 on each guest says so itself. */
  readonly nofailback?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Groups as the rules that 9 makes of them. Source: `migrate_groups_to_resources` of PVE::HA::Groups.
 *
 * @param groups The answer of `GET /cluster/ha/groups`.
 * @param resources The answer of `GET /cluster/ha/resources`, where each names its group.
 */
export function rulesOfGroups(
  groups: readonly Fields[],
  resources: readonly Fields[],
): HaRule[] {
  return groups.map(({ group, nodes, restricted, nofailback }) => ({
    rule: String(group),
    type: "node-affinity",
    resources: resources.filter((each) => each.group === group).map(({ sid }) => sid).join(","),
    nodes,
    strict: restricted,
    nofailback,
    isGroup: true,
  }));
}

/** Where a guest comes back. */
export interface Placement {
  /** Undefined when the rules leave no node. */
  readonly node: string | undefined;
  /** The rules that keep it off nodes that are there: `rule apart`, `group web`. */
  readonly rules: readonly string[];
}

/** `HA rule apart leaves no node` */
export function leavesNoNode({ rules }: Pick<Placement, "rules">): string {
  return `HA ${rules.join(", ")} ${rules.length === 1 ? "leaves" : "leave"} no node`;
}

/** Locks that HA removes from what it recovers; others keep a guest from starting. */
export const REMOVABLE_LOCKS: readonly string[] = [
  ...["backup", "mounted", "migrate", "clone", "rollback"],
  ...["snapshot", "snapshot-delete", "suspending", "suspended"],
];

function isOn(flag: unknown): boolean {
  return Number(flag ?? 0) === 1;
}

/** `rule apart`, `group web` */
export function ruleName({ rule, type, isGroup }: HaRule): string {
  return `${isGroup ? "group" : "rule"} ${rule ?? type}`;
}

/** Rules of one type that are about a guest and not disabled. */
function rulesOf(rules: readonly HaRule[], type: string, sid: string): HaRule[] {
  return rules.filter((rule) =>
    rule.type === type && !isOn(rule.disable) && splitList(rule.resources).includes(sid)
  );
}

/** The names in a list of nodes, without their priorities: `pve1:2,pve2`. */
export function nodeNames(list: unknown): string[] {
  return splitList(list).map((entry) => entry.split(":")[0] ?? entry);
}

/** The best of the nodes that a guest may be on, by its node affinity. */
export function preferredNodes(
  rule: HaRule | undefined,
  online: readonly string[],
): readonly string[] {
  if (!rule) return online;
  const priorities = new Map(
    splitList(rule.nodes).map((text) => {
      const [node = "", priority] = text.split(":");
      return [node, Number(priority ?? 0)] as const;
    }),
  );
  const priorityOf = (node: string): number =>
    priorities.get(node) ?? (isOn(rule.strict) ? -Infinity : -1);
  const best = Math.max(...online.map(priorityOf));
  return best === -Infinity ? [] : online.filter((node) => priorityOf(node) === best);
}

/** Chooses nodes for guests, one after another, as HA does in a round. */
class Chooser {
  /** The nodes of guests that are somewhere. */
  readonly #nodes = new Map<string, string>();
  readonly #load = new Map<string, number>();

  constructor(
    private readonly rules: readonly HaRule[],
    private readonly online: readonly string[],
    settled: readonly HaService[],
  ) {
    for (const service of settled) {
      if (online.includes(service.node)) this.#settle(service);
    }
  }

  #settle({ sid, node, active }: HaService): void {
    this.#nodes.set(sid, node);
    if (active) this.#load.set(node, (this.#load.get(node) ?? 0) + 1);
  }

  #nodesOfOthers(sid: string, rules: readonly HaRule[]): string[] {
    return rules.flatMap(({ resources }) =>
      splitList(resources).filter((other) => other !== sid)
        .flatMap((other) => this.#nodes.get(other) ?? [])
    );
  }

  choose({ sid, active }: HaService): Placement {
    const [affinity] = rulesOf(this.rules, "node-affinity", sid);
    const others = rulesOf(this.rules, "resource-affinity", sid);
    const apart = others.filter(({ affinity }) => affinity === "negative");
    const together = others.filter(({ affinity }) => affinity !== "negative");
    const separate = this.#nodesOfOthers(sid, apart);
    let nodes = preferredNodes(affinity, this.online).filter((node) => !separate.includes(node));
    const company = this.#nodesOfOthers(sid, together).filter((node) => nodes.includes(node));
    if (company.length > 0) {
      const times = (node: string): number => company.filter((each) => each === node).length;
      const [most] = company.toSorted((one, other) => times(other) - times(one));
      nodes = nodes.filter((node) => node === most);
    }
    const loadOf = (node: string): number => this.#load.get(node) ?? 0;
    const [node] = nodes.toSorted((one, other) =>
      loadOf(one) - loadOf(other) || (one < other ? -1 : 1)
    );
    if (node !== undefined) this.#settle({ sid, node, active });
    const binding = [...(affinity ? [affinity] : []), ...(separate.length > 0 ? apart : [])];
    return { node, rules: binding.map(ruleName) };
  }
}

/**
 * Where the guests of nodes that are gone come back, by sid.
 *
 * @param services All guests under HA; those on nodes that are not online are recovered.
 */
export function recoveryPlacements(
  services: readonly HaService[],
  rules: readonly HaRule[],
  online: readonly string[],
): Map<string, Placement> {
  const chooser = new Chooser(rules, online, services);
  const lost = services.filter(({ node }) => !online.includes(node))
    .sort((one, other) => one.sid < other.sid ? -1 : 1);
  return new Map(lost.map((service) => [service.sid, chooser.choose(service)]));
}
