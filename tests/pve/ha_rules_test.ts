/** Rules of HA that contradict themselves or each other, as PVE::HA::Rules finds them. */
import { assertEquals } from "../assert.ts";
import { affinitiesOf, ruleErrors } from "../../src/pve/ha_rules.ts";
import type { HaRule } from "../../src/pve/ha_placement.ts";

const NODES = ["pve1", "pve2", "pve3"];

function on(rule: string, resources: string, nodes: string): HaRule {
  return { rule, type: "node-affinity", resources, nodes };
}

function keeps(rule: string, affinity: "positive" | "negative", resources: string): HaRule {
  return { rule, type: "resource-affinity", affinity, resources };
}

const apart = keeps("apart", "negative", "vm:1,vm:2");
const together = keeps("together", "positive", "vm:2,vm:3");

/** Rules, and the names of those in which something is wrong, with a part of PVE's words. */
const CASES: readonly (readonly [HaRule[], Record<string, string>])[] = [
  [[apart, together, on("home", "vm:1", "pve1")], {}],
  [[keeps("alone", "negative", "vm:1")], { alone: "less than two resources" }],
  [[keeps("many", "negative", "vm:1,vm:2,vm:3,vm:4")], { many: "more resources than available" }],
  [[apart, keeps("both", "positive", "vm:1,vm:2,vm:3")], {
    apart: "shares two or more resources with a positive",
    both: "shares two or more resources with a negative",
  }],
  [[on("a", "vm:1", "pve1"), on("b", "vm:1,vm:9", "pve2")], {
    a: "resource 'vm:1' is already used",
    b: "resource 'vm:1' is already used",
  }],
  [[apart, on("first", "vm:1", "pve1:2,pve2:1")], {
    apart: "rules with multiple priorities",
    first: "cannot be in a node affinity rule with multiple priorities",
  }],
  [[together, on("a", "vm:2", "pve1"), on("b", "vm:3", "pve2")], {
    together: "in multiple node affinity rules",
    a: "at least one other node affinity rule",
    b: "at least one other node affinity rule",
  }],
  [[apart, on("one", "vm:1,vm:2", "pve1")], {
    apart: "restricted to less nodes",
    one: "would restrict these to less nodes",
  }],
];

Deno.test("rules that contradict themselves or each other are told in Proxmox VE's words", () => {
  for (const [rules, wrong] of CASES) {
    const found = Object.fromEntries(
      [...ruleErrors(rules, NODES)].map(([rule, [first = ""]]) => [
        rule,
        first.includes(wrong[rule] ?? "?") ? wrong[rule] : first,
      ]),
    );
    assertEquals(found, wrong);
    const off = rules.map((rule) => ({ ...rule, disable: 1 }));
    assertEquals(ruleErrors(off, NODES).size, 0);
  }
});

Deno.test("what belongs together is kept apart together, and rules that are wrong keep nothing", () => {
  assertEquals(affinitiesOf("vm:3", [apart, together], NODES), {
    together: ["vm:2"],
    separate: ["vm:1"],
  });
  const wrong = keeps("apart", "negative", "vm:1,vm:2,vm:3,vm:4");
  assertEquals(affinitiesOf("vm:1", [wrong], NODES), { together: [], separate: [] });
});
