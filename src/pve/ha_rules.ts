/**
 * Rules of HA that contradict themselves or each other, and which of its resources keep another from
 * a node. Sources: PVE::HA::Rules, NodeAffinity and ResourceAffinity below it, PVE::HA::Config.
 *
 * @module
 */
import { type HaRule, nodeNames } from "./ha_placement.ts";
import { splitList } from "./split_list.ts";

interface Named extends HaRule {
  readonly name: string;
  readonly sids: readonly string[];
}

function priorities({ nodes }: HaRule): Set<number> {
  return new Set(splitList(nodes).map((text) => Number(text.split(":")[1] ?? 0)));
}

function shared(one: Named, other: Named): string[] {
  return one.sids.filter((sid) => other.sids.includes(sid));
}

/** Resources that belong together, with all that belongs to any of them. */
function company(sids: readonly string[], positive: readonly Named[]): Set<string> {
  const all = new Set(sids);
  let size: number;
  do {
    size = all.size;
    for (const rule of positive) {
      if (rule.sids.some((sid) => all.has(sid))) rule.sids.forEach((sid) => all.add(sid));
    }
  } while (all.size > size);
  return all;
}

/** The rules that count, by their kinds. */
function kindsOf(rules: readonly HaRule[]): Record<"node" | "positive" | "negative", Named[]> {
  const all = rules.filter(({ disable }) => Number(disable ?? 0) !== 1).map((rule): Named => ({
    ...rule,
    name: String(rule.rule),
    sids: splitList(rule.resources),
  }));
  const ofOthers = all.filter(({ type }) => type === "resource-affinity");
  return {
    node: all.filter(({ type }) => type === "node-affinity"),
    positive: ofOthers.filter(({ affinity }) => affinity !== "negative"),
    negative: ofOthers.filter(({ affinity }) => affinity === "negative"),
  };
}

type Complain = (rule: Named, what: string) => void;

function checkResources(
  { positive, negative }: ReturnType<typeof kindsOf>,
  nodes: readonly string[],
  complain: Complain,
): void {
  for (const rule of [...positive, ...negative]) {
    if (new Set(rule.sids).size < 2) {
      complain(rule, "rule is ineffective as there are less than two resources");
    }
  }
  for (const rule of negative) {
    if (new Set(rule.sids).size > nodes.length) {
      complain(rule, "rule defines more resources than available nodes");
    }
    for (const other of positive) {
      if (shared(rule, other).length < 2) continue;
      const words = "rule shares two or more resources with a";
      complain(other, `${words} negative resource affinity rule`);
      complain(rule, `${words} positive resource affinity rule`);
    }
  }
}

function checkNodes(
  { node, positive, negative }: ReturnType<typeof kindsOf>,
  complain: Complain,
): void {
  const seen = new Map<string, Named[]>();
  for (const rule of node) {
    for (const sid of rule.sids) seen.set(sid, [...seen.get(sid) ?? [], rule]);
  }
  for (const [sid, rules] of seen) {
    if (rules.length < 2) continue;
    const what = `resource '${sid}' is already used in another node affinity rule`;
    rules.forEach((rule) => complain(rule, what));
  }
  for (const rule of [...positive, ...negative]) {
    const pairs = node.filter((each) => shared(rule, each).length > 0);
    if (!pairs.some((each) => priorities(each).size > 1)) continue;
    complain(rule, "resources are in node affinity rules with multiple priorities");
    for (const each of pairs) {
      complain(
        each,
        "resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities",
      );
    }
  }
  for (const rule of positive) {
    const all = company(rule.sids, positive);
    const pairs = node.filter(({ sids }) => sids.some((sid) => all.has(sid)));
    if (pairs.length < 2) continue;
    complain(rule, "resources are in multiple node affinity rules");
    for (const each of pairs) {
      complain(
        each,
        "at least one resource is in a positive resource affinity rule and there are other resources in at least one other node affinity rule already",
      );
    }
  }
  for (const rule of negative) {
    const pairs = node.filter((each) => shared(rule, each).length > 0);
    const located = new Set(pairs.flatMap((each) => shared(rule, each)));
    if (new Set(pairs.flatMap(({ nodes }) => nodeNames(nodes))).size >= located.size) continue;
    complain(
      rule,
      "two or more resources are restricted to less nodes than available to the resources",
    );
    for (const each of pairs) {
      complain(
        each,
        "at least one resource is in a negative resource affinity rule and this rule would restrict these to less nodes than available to the resources",
      );
    }
  }
}

/**
 * What is wrong with rules, by their names, in PVE's words; rules that are off count for nothing.
 *
 * @param nodes All nodes of the cluster.
 */
export function ruleErrors(
  rules: readonly HaRule[],
  nodes: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, string[]>();
  const complain: Complain = ({ name }, what) => {
    const known = errors.get(name) ?? [];
    if (!known.includes(what)) errors.set(name, [...known, what]);
  };
  const kinds = kindsOf(rules);
  checkResources(kinds, nodes, complain);
  checkNodes(kinds, complain);
  return errors;
}

/** Resources that a resource goes along with, and those that it is kept apart from. */
export function affinitiesOf(
  sid: string,
  rules: readonly HaRule[],
  nodes: readonly string[],
): { readonly together: readonly string[]; readonly separate: readonly string[] } {
  const errors = ruleErrors(rules, nodes);
  const { positive, negative } = kindsOf(rules.filter(({ rule }) => !errors.has(String(rule))));
  const all = company([sid], positive);
  const apart = negative.filter(({ sids }) => sids.some((each) => all.has(each)));
  return {
    together: [...all].filter((each) => each !== sid).sort(),
    separate: [...new Set(apart.flatMap(({ sids }) => sids))].filter((each) => !all.has(each))
      .sort(),
  };
}
