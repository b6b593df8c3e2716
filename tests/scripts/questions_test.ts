/** Answers hold what was asked for, in few calls and few tokens. */
import { assert, assertEquals } from "../assert.ts";
import { ask, questionLines } from "../../scripts/bench/questions.ts";
import { QUESTIONS } from "../../scripts/bench/question_list.ts";

for (const question of QUESTIONS) {
  Deno.test(`${question.asked} ${question.calls.map(([tool]) => tool).join(", ")}`, async () => {
    assert(question.facts.length > 0);
    const { missing, text } = await ask(question);
    assertEquals(missing, [], text);
  });
}

Deno.test("thirty questions take no more calls and tokens than their budget", async () => {
  assertEquals(QUESTIONS.length, 30);
  const lines = await questionLines();
  assertEquals(lines.map(({ within }) => within), [true, true], JSON.stringify(lines));
});

Deno.test("an answer without a fact, and a call that fails, do not count as answers", async () => {
  const { missing } = await ask({
    asked: "Where is web01?",
    calls: [["guest_status", { vmid: "web01" }]],
    facts: ["pve1", "on the moon"],
  });
  assertEquals(missing, ["on the moon"]);
  const error = await ask({
    asked: "Where is nobody?",
    calls: [["guest_status", { vmid: "nobody" }]],
    facts: [],
  }).catch((each: Error) => each.message);
  assert(typeof error === "string" && error.includes("guest_status failed"), String(error));
});
