/** What the conformance suite may find, and what may not be left unnamed. */
import {
  countMet,
  differences,
  readResults,
  type Results,
} from "../../scripts/conformance/results.ts";
import { UNMET } from "../../scripts/conformance/unmet.ts";
import { assert, assertEquals } from "../assert.ts";

/** What the suite finds when exactly that is not met which is named. */
const NAMED: Results = Object.fromEntries(
  UNMET.flatMap(({ checks }) =>
    Object.entries(checks).map(([scenario, ids]) => [
      scenario,
      ids.map((id) => ({ id, status: "FAILURE" })),
    ])
  ),
);

Deno.test("each check that is not met is named once, with a reason", () => {
  const names = UNMET.flatMap(({ checks }) =>
    Object.entries(checks).flatMap(([scenario, ids]) => ids.map((id) => `${scenario} ${id}`))
  );
  assertEquals(names.filter((name, index) => names.indexOf(name) !== index), []);
  for (const { reason, checks } of UNMET) {
    assert(reason.length > 40 && Object.values(checks).flat().length > 0, reason);
  }
});

Deno.test("a check that fails and is not named is wrong, and so is one that is named and passes", () => {
  assertEquals(differences(NAMED, UNMET), []);
  const more = {
    ...NAMED,
    "tools-list": [
      { id: "names", status: "SUCCESS" },
      { id: "order", status: "WARNING", errorMessage: "differs" },
    ],
  };
  assertEquals(differences(more, UNMET), ["tools-list order is not met: differs"]);
  assertEquals(countMet(more), 1);
  const [[first = "", checks = []] = []] = Object.entries(NAMED);
  const met = { ...NAMED, [first]: checks.map((check) => ({ ...check, status: "SUCCESS" })) };
  assertEquals(
    differences(met, UNMET),
    checks.map(({ id }) => `${first} ${id} is met, and named as what is not`),
  );
  assert(differences({}, UNMET).length > 0, "a suite that finds nothing is no success");
});

Deno.test("results are read from the folders that the suite writes", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/server-tools-list-2026-11-29T11-56-53-268Z`;
  await Deno.mkdir(path);
  await Deno.mkdir(`${folder}/other`);
  const checks = [{ id: "names", status: "SUCCESS" }];
  await Deno.writeTextFile(`${path}/checks.json`, JSON.stringify(checks));
  assertEquals(await readResults(folder), { "tools-list": checks });
  await Deno.remove(folder, { recursive: true });
});
