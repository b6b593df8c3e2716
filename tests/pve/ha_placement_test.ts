/** Where HA recovers guests, by the cases that PVE's own tests of its rules are about. */
import { assertEquals } from "../assert.ts";
import { type HaRule, recoveryPlacements } from "../../src/pve/ha_placement.ts";

/** Guests `sid@node` on three nodes of which pve3 is gone, and where those of it come back. */
function recovered(
  services: string,
  ...rules: readonly HaRule[]
): Readonly<Record<string, string | undefined>> {
  const all = services.split(" ").map((each) => {
    const [sid = "", node = ""] = each.split("@");
    return { sid, node, active: true };
  });
  const placements = recoveryPlacements(all, rules, ["pve1", "pve2"]);
  return Object.fromEntries([...placements].map(([sid, { node }]) => [sid, node]));
}

const prefers = (nodes: string, more: Partial<HaRule> = {}): HaRule => ({
  rule: "place",
  type: "node-affinity",
  resources: "vm:101",
  nodes,
  ...more,
});

const keeps = (affinity: "positive" | "negative", resources: string): HaRule => ({
  rule: affinity,
  type: "resource-affinity",
  affinity,
  resources,
});

Deno.test("without rules the node with fewest guests is chosen, then the first by name", () => {
  assertEquals(recovered("vm:101@pve3"), { "vm:101": "pve1" });
  assertEquals(recovered("vm:100@pve1 vm:101@pve3"), { "vm:101": "pve2" });
  assertEquals(recovered("vm:101@pve3 vm:102@pve3"), { "vm:101": "pve1", "vm:102": "pve2" });
});

Deno.test("the best node that a rule names and that is there is chosen", () => {
  assertEquals(recovered("vm:100@pve1 vm:101@pve3", prefers("pve3:3,pve1:2,pve2:1")), {
    "vm:101": "pve1",
  });
  assertEquals(recovered("vm:101@pve3", prefers("pve3")), { "vm:101": "pve1" });
});

Deno.test("a strict rule whose nodes are gone leaves none, a disabled one counts for nothing", () => {
  assertEquals(recovered("vm:101@pve3", prefers("pve3", { strict: 1 })), { "vm:101": undefined });
  assertEquals(recovered("vm:101@pve3", prefers("pve3", { strict: 1, disable: 1 })), {
    "vm:101": "pve1",
  });
});

Deno.test("guests that are kept apart avoid each other, at the price of not coming back", () => {
  const apart = keeps("negative", "vm:100,vm:101,vm:102");
  assertEquals(recovered("vm:100@pve1 vm:101@pve3", apart), { "vm:101": "pve2" });
  assertEquals(recovered("vm:100@pve1 vm:102@pve2 vm:101@pve3", apart), { "vm:101": undefined });
  // Only the nodes of the highest priority are looked at: the other one stays free.
  assertEquals(recovered("vm:100@pve1 vm:101@pve3", apart, prefers("pve1:2,pve2:1")), {
    "vm:101": undefined,
  });
});

Deno.test("guests that are kept together come to where most of them are", () => {
  const together = keeps("positive", "vm:100,vm:101,vm:102,vm:103");
  assertEquals(recovered("vm:100@pve1 vm:102@pve2 vm:103@pve2 vm:101@pve3", together), {
    "vm:101": "pve2",
  });
  assertEquals(recovered("vm:200@pve1 vm:101@pve3 vm:102@pve3", together), {
    "vm:101": "pve2",
    "vm:102": "pve2",
  });
});
