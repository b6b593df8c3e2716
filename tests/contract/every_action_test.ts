/**
 * The claim itself: every action of every tool works on Proxmox VE 9.2. What cannot work there says
 * what to do instead. What each sends to change something is as its snapshot.
 */
import { assertEquals } from "../assert.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { CALLS } from "./calls/all.ts";
import { casesOf } from "./calls/line.ts";
import { changesFile, makeAll, type Row, ROWS } from "./calls/rows.ts";

Deno.test(`${ROWS.length} actions of ${TOOLS.length} tools have a line each, and no line is left over`, () => {
  const named = ({ registered, actionName }: Row): string =>
    `${registered.tool.name} ${actionName}`;
  const lines = Object.entries(CALLS).flatMap(([tool, actions]) =>
    Object.keys(actions).map((action) => `${tool} ${action}`)
  );
  assertEquals(lines.toSorted(), ROWS.map(named).toSorted());
});

Deno.test("all of them work with a login beside the token, what is closed to tokens included", async () => {
  const { problems } = await makeAll(ROWS, { login: true });
  assertEquals(problems.join("\n"), "");
});

for (const [category, { title }] of Object.entries(CATEGORIES)) {
  const rows = ROWS.filter(({ registered }) => registered.category === category);
  const calls = rows.reduce((sum, { line }) => sum + casesOf(line ?? {}).length, 0);
  Deno.test(`${title}: ${rows.length} actions work on PVE 9.2, in ${calls} calls, and send what their snapshot says`, async () => {
    const { problems, changes } = await makeAll(rows);
    assertEquals(problems.join("\n"), "");
    // `deno task snapshots` writes it anew.
    assertEquals(changes, await Deno.readTextFile(changesFile(category)));
  });
}
