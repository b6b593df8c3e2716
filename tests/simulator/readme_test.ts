import { operationNames } from "../../src/pve/api.ts";
import { faultForms } from "../../src/simulator/faults/flags.ts";
import { allHandlers } from "../../src/simulator/handlers.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { ROOT } from "../../scripts/project.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const README = await Deno.readTextFile(`${ROOT}src/simulator/README.md`);

Deno.test("the simulator's README has its tokens, with their secrets", () => {
  for (const { id, secret } of Object.values(createSimulator().tokens)) {
    assertEquals(
      README.match(new RegExp(`^\\| \`${id}\` +\\| \`${secret}\` \\|`, "m"))?.length,
      1,
      id,
    );
  }
});

Deno.test("the simulator's README has every fault in the form that --fault takes, and no other", () => {
  const section = README.split("\n## Faults\n")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, form = ""]) => form);
  assertEquals(named.sort(), faultForms().sort());
});

Deno.test("the simulator's README says how many operations it has", () => {
  assertStringIncludes(
    README,
    `${allHandlers().size} of the ${operationNames().length} operations`,
  );
});
