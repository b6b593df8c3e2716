/**
 * No action claims that something was done, or has begun, where Proxmox VE owes the UPID of a task
 * and answers nothing of the kind; nor that something is deleted which is there.
 */
import { dueEvidence, goneBy } from "../../src/pve/evidence.ts";
import { type Operation, operationNames } from "../../src/pve/api.ts";
import type { SeenRequest } from "../../src/simulator/simulator.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import { allFacts } from "../../src/tool/operation.ts";
import { assert, assertEquals } from "../assert.ts";
import type { Harness, ToolAnswer } from "../harness.ts";
import { outcomeOf } from "../outcome.ts";
import { pattern } from "./calls/judge.ts";
import { type Case, casesOf } from "./calls/line.ts";
import { argsOf, connectForCalls, withAction } from "./calls/make.ts";
import { type Row, ROWS } from "./calls/rows.ts";

/** Bodies that are no proof; the last comes after the request was handled. */
const BODIES = ['{"data":null}', '{"data":[]}', "", '{"data":null}'];

function forms(ofWhich: (operation: Operation) => boolean): RegExp[] {
  return operationNames().filter(ofWhich).map(pattern);
}

const STARTS_TASK = forms((each) => ["task", "lasting task"].includes(dueEvidence(each)));
const CAN_BE_SEEN_GONE = forms((each) => goneBy(each, {}) !== undefined);

/** True when the answer to a request is no proof of it. */
function owes({ method, path }: SeenRequest, handled: boolean): boolean {
  return [...STARTS_TASK, ...(handled ? [] : CAN_BE_SEEN_GONE)]
    .some((form) => form.test(`${method} ${path}`));
}

function answerWith(harness: Harness, text: string, handled: boolean): void {
  for (const method of ["POST", "PUT", "DELETE"]) {
    harness.simulator.faults.add({ kind: "body", text, handled, match: { method } });
  }
}

function faultsOf({ text }: ToolAnswer): string[] {
  return [
    ...(outcomeOf(text) === "failed" ? [] : ["claims that it was done"]),
    ...(/outcome unknown/.test(text) ? [] : ["does not say that the outcome is unknown"]),
    ...(/proxmox_node_task action=list|proxmox_api_call operation=/.test(text)
      ? []
      : ["does not say where to look"]),
  ];
}

/** What is wrong with the answers of a call; `owed` counts those that lacked a proof. */
async function tried({ registered: { tool }, actionName }: Row, line: Case): Promise<{
  readonly problems: readonly string[];
  readonly owed: number;
}> {
  await using harness = await connectForCalls();
  const { faults, requests } = harness.simulator;
  const args = withAction(tool, actionName, await argsOf(harness, line));
  const problems: string[] = [];
  let owed = 0;
  for (const [index, body] of BODIES.entries()) {
    const handled = index === BODIES.length - 1;
    answerWith(harness, body, handled);
    const from = requests.length;
    const answer = await harness.call(tool.name, args);
    faults.clear();
    if (!requests.slice(from).some((each) => owes(each, handled))) continue;
    owed += 1;
    for (const fault of faultsOf(answer)) {
      problems.push(
        `${tool.name} ${JSON.stringify(args)} with "${body}" ${fault}:\n${answer.text}`,
      );
    }
  }
  return { problems, owed };
}

for (const [category, { title }] of Object.entries(CATEGORIES)) {
  const rows = ROWS.filter(({ registered, actionName }) =>
    registered.category === category && registered.tool.actions[actionName]!.kind !== "read"
  );
  Deno.test(`${title}: ${rows.length} actions that change something claim nothing without proof`, async () => {
    const problems: string[] = [];
    for (const row of rows) {
      const cases = casesOf(row.line ?? {}).map(([, each]) => each)
        .filter(([, around]) => around?.closed === undefined && around?.refused === undefined);
      const all = await Promise.all(cases.map((each) => tried(row, each)));
      problems.push(...all.flatMap((each) => each.problems));
      const { registered: { tool }, actionName } = row;
      const startsTask = allFacts(tool.actions[actionName]!)
        .some(({ task, taskField }) => task || taskField);
      const owed = all.some((each) => each.owed > 0);
      assert(owed || !startsTask || cases.length === 0, `${tool.name} ${actionName} never owed`);
    }
    assertEquals(problems.join("\n"), "");
  });
}
