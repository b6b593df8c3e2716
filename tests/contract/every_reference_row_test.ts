/**
 * The claim itself: whatever the reference was asked for works on Proxmox VE 9.2, by the
 * reference's own names of tools, actions and parameters.
 */
import { assert, assertEquals } from "../assert.ts";
import type { ToolDefinition } from "../../src/tool/define.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import type { Args } from "./calls/line.ts";
import { make } from "./calls/make.ts";
import {
  caseOf,
  PAIRS,
  REFERENCE_ROWS,
  referenceArgs,
  type ReferenceRow,
  withOptional,
} from "./calls/reference.ts";

Deno.test(`lines cover all ${REFERENCE_ROWS.length} rows of the reference, ${PAIRS} pairs of tool and action`, () => {
  const missing = REFERENCE_ROWS.filter((row) => !caseOf(row));
  assertEquals(missing.map(({ tool, key }) => `${tool} ${JSON.stringify(key)}`), []);
});

function toolOf({ tool: name }: ReferenceRow): ToolDefinition {
  return TOOLS.find(({ tool }) => tool.name === name)!.tool;
}

/** What is wrong with a row's call with required parameters alone. */
async function problemsOf(row: ReferenceRow): Promise<readonly string[]> {
  const [given, around = {}] = caseOf(row)!;
  const rewrite = (args: Args): Args => referenceArgs(row, around.reference, args);
  return (await make(toolOf(row), row.actionName, [given, around], { rewrite })).problems;
}

/** What is wrong with a row's call with one of the optional parameters besides. */
async function problemsWith(row: ReferenceRow, name: string): Promise<readonly string[]> {
  const [given, { says: _, ...around } = {}] = caseOf(row)!;
  const more = withOptional(row, name);
  const rewrite = (args: Args): Args => {
    const all = { ...referenceArgs(row, around.reference, args), ...more.args };
    assert(name in all, `${row.tool}: "${name}" has no value`);
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  };
  const made = await make(
    toolOf(row),
    row.actionName,
    [given, { ...around, ...more.around }],
    { rewrite },
  );
  return made.problems;
}

for (const category of new Set(REFERENCE_ROWS.map((row) => row.category))) {
  const rows = REFERENCE_ROWS.filter((row) => row.category === category);
  Deno.test(`${category}: ${rows.length} rows of the reference work with its required parameters`, async () => {
    const problems: string[] = [];
    for (const row of rows) problems.push(...await problemsOf(row));
    assertEquals(problems.join("\n"), "");
  });

  const open = rows.filter((row) => !caseOf(row)?.[1]?.closed);
  const count = open.reduce((sum, { optional }) => sum + optional.length, 0);
  if (count === 0) continue;
  Deno.test(`${category}: ${count} optional parameters of the reference work, or say why not`, async () => {
    const problems: string[] = [];
    for (const row of open) {
      for (const name of row.optional) problems.push(...await problemsWith(row, name));
    }
    assertEquals(problems.join("\n"), "");
  });
}
