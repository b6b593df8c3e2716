/**
 * The claim itself: every action of every tool works on Proxmox VE 9.2. What cannot work there says
 * what to do instead.
 */
import { assertEquals } from "../assert.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import type { RegisteredTool } from "../../src/tool/registry.ts";
import { allOperations } from "../../src/tool/operation.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { CALLS } from "./calls/all.ts";
import { casesOf, type Line } from "./calls/line.ts";
import { make } from "./calls/make.ts";

interface Row {
  readonly registered: RegisteredTool;
  readonly actionName: string;
  readonly line: Line | undefined;
}

const ROWS: readonly Row[] = TOOLS.flatMap((registered) =>
  Object.keys(registered.tool.actions).map((actionName) => ({
    registered,
    actionName,
    line: CALLS[registered.tool.name]?.[actionName],
  }))
);

Deno.test(`${ROWS.length} actions of ${TOOLS.length} tools have a line each, and no line is left over`, () => {
  const named = ({ registered, actionName }: Row): string =>
    `${registered.tool.name} ${actionName}`;
  const lines = Object.entries(CALLS).flatMap(([tool, actions]) =>
    Object.keys(actions).map((action) => `${tool} ${action}`)
  );
  assertEquals(lines.toSorted(), ROWS.map(named).toSorted());
});

/** What is wrong with an action's calls. */
async function problemsOf({ registered: { tool }, actionName, line }: Row): Promise<string[]> {
  const cases = casesOf(line ?? {});
  const made = [];
  for (const [, each] of cases) made.push(await make(tool, actionName, each));
  const problems = made.flatMap((each) => each.problems);
  if (problems.length > 0 || cases.every(([, [, around]]) => around?.closed ?? around?.over)) {
    return problems;
  }
  const reached = new Set(made.flatMap((each) => [...each.reached]));
  return allOperations(tool.actions[actionName]!).filter((each) => !reached.has(each)).map((each) =>
    `${tool.name} ${actionName} never reached ${each}`
  );
}

for (const [category, { title }] of Object.entries(CATEGORIES)) {
  const rows = ROWS.filter(({ registered }) => registered.category === category);
  const calls = rows.reduce((sum, { line }) => sum + casesOf(line ?? {}).length, 0);
  Deno.test(`${title}: ${rows.length} actions work on PVE 9.2, in ${calls} calls`, async () => {
    const problems: string[] = [];
    for (const row of rows) problems.push(...await problemsOf(row));
    assertEquals(problems.join("\n"), "");
  });
}
