/** What the report on a failure says in its title, and that its next steps do what its table says. */
import { assert, assertEquals } from "../../assert.ts";
import { callsOf } from "../../docs/calls.ts";
import { connect, rowsOf, type ToolAnswer } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";
import { lineWith, report } from "./report.ts";

Deno.test("a report says in its title that the quorum is lost", async () => {
  await using lab = await connect({ simulator: { site: "lab" } });
  const answer = await report(lab, { action: "failure", node: "lab2" });
  lineWith(
    answer,
    "✅ If lab2 fails, the quorum is lost, 1 of 2 votes: nothing starts or changes;",
  );
  const question = await lab.call("proxmox_node_power", {
    ...{ action: "shutdown", node: "lab2", dry_run: true },
  });
  lineWith(question, "• Lost: quorum, 1 of 2 votes, until lab2 is back: nothing starts or changes");
});

/** Guests that move, by the table of a report, with their targets. */
function movesOf(answer: ToolAnswer): Map<string, string> {
  return new Map(
    rowsOf(answer).flatMap(({ guest, before_work: how }) => {
      const target = /^(?!cannot|unknown).* to (\w+)$/.exec(String(how))?.[1];
      return target === undefined ? [] : [[String(guest), target]];
    }),
  );
}

for (
  const [site, nodes] of [["company", ["pve1", "pve2", "pve3"]], ["lab", ["lab1", "lab2"]]] as const
) {
  for (const node of nodes) {
    Deno.test(`the next steps of the report on ${node} do what its table says`, async () => {
      await using harness = await connect({ simulator: { site } });
      const answer = await report(harness, { action: "failure", node });
      const steps = callsOf(answer.text).filter(({ name }) => name === "proxmox_node_bulk");
      const going = new Map<string, unknown>();
      for (const { name, args } of steps) {
        const plan = await harness.call(name, { ...args, dry_run: true });
        assertDone(plan);
        for (const { guest, verdict } of rowsOf(plan)) {
          const [, number] = /^(?:VM|container) (\d+)/.exec(String(guest)) ?? [];
          if (number === undefined || verdict === "stops it" || going.has(number)) continue;
          going.set(number, args.target);
        }
      }
      const planned = [...movesOf(answer)].map(([guest, target]) => {
        const [, number = ""] = /\((\d+)\)$/.exec(guest) ?? [];
        return [number, target] as const;
      });
      assert(planned.length > 0, answer.text);
      for (const [vmid, target] of planned) assertEquals(going.get(vmid), target, answer.text);
    });
  }
}
