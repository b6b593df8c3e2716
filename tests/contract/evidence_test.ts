/**
 * No action claims that something was done, or has begun, where Proxmox VE owes the UPID of a task
 * and answers nothing of the kind.
 */
import { dueEvidence } from "../../src/pve/evidence.ts";
import { operationNames } from "../../src/pve/api.ts";
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

const OWING = operationNames()
  .filter((operation) => ["task", "lasting task"].includes(dueEvidence(operation)))
  .map(pattern);

function owesTask({ method, path }: SeenRequest): boolean {
  return OWING.some((form) => form.test(`${method} ${path}`));
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
    ...(/proxmox_node_task action=list/.test(text) ? [] : ["does not say where to look"]),
  ];
}

/** What is wrong with the answers of a call; `owed` counts those to which a UPID was due. */
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
    answerWith(harness, body, index === BODIES.length - 1);
    const from = requests.length;
    const answer = await harness.call(tool.name, args);
    faults.clear();
    if (!requests.slice(from).some(owesTask)) continue;
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
  Deno.test(`${title}: ${rows.length} actions that change something claim no task without its UPID`, async () => {
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
