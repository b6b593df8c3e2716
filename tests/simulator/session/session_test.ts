/** The embedded Proxmox VE answers as a real cluster did through its life, but for what is listed. */
import { assertEquals } from "../../assert.ts";
import { DIFFERENCES } from "./differences.ts";
import { recordedSteps } from "./recording.ts";
import { replay } from "./replay.ts";

/** Steps whose answer, task, log and what is read afterwards are alike. */
const ALIKE = 722;

Deno.test("the life of a real cluster is answered alike, but for the steps that are listed", async () => {
  const steps = await recordedSteps();
  const listed = new Set(Object.values(DIFFERENCES).flat());
  const found = await replay(steps);
  const unexpected: string[] = [];
  const stale: number[] = [];
  for (const { n, method, path } of steps) {
    const differences = found.get(n) ?? [];
    if (differences.length === 0 && listed.has(n)) stale.push(n);
    if (differences.length > 0 && !listed.has(n)) {
      unexpected.push(`${n}: ${method} ${path}\n  ${differences.join("\n  ")}`);
    }
  }
  assertEquals(unexpected.join("\n"), "");
  assertEquals(stale, [], "alike by now, and to be taken off the list");
  assertEquals([steps.length - listed.size, steps.length], [ALIKE, 881]);
});
