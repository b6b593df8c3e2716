/**
 * What lists, series and logs show to a caller who does not say how much is what the committed table
 * says: columns, number of rows or lines, and what Proxmox VE is asked for unasked.
 */
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Defaults, DEFAULTS_FILE, defaultsNow } from "./calls/defaults.ts";

async function committed(): Promise<Defaults> {
  return JSON.parse(await Deno.readTextFile(DEFAULTS_FILE)) as Defaults;
}

Deno.test("lists, series and logs show by default what the table says; deno task snapshots writes it anew", async () => {
  assertEquals(await defaultsNow(), await committed());
});

Deno.test("every action with columns of its own, and every series, is in the table", async () => {
  const table = Object.keys(await committed());
  for (const { tool } of TOOLS) {
    for (const [actionName, { columns, operation }] of Object.entries(tool.actions)) {
      const isSeries = JSON.stringify(operation).includes("rrddata");
      if (columns === undefined && !isSeries) continue;
      const call = `${tool.name} ${actionName}`;
      assert(table.some((key) => key === call || key.startsWith(`${call} `)), call);
    }
  }
});

Deno.test("each default column of an action is in the table", async () => {
  const table = Object.entries(await committed());
  for (const { tool } of TOOLS) {
    for (const [actionName, { columns = [] }] of Object.entries(tool.actions)) {
      const call = `${tool.name} ${actionName}`;
      const shown = table.filter(([key]) => key === call || key.startsWith(`${call} `))
        .flatMap(([, text]) => text.split(/[:;,] /));
      for (const column of columns) assert(shown.includes(column), `${call}: ${column}`);
    }
  }
});
