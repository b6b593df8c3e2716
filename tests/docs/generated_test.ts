/** What is generated of the documents is up to date. */
import { completed } from "../../scripts/docs/marked.ts";
import { ROOT } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { assertRejects, assertStringIncludes } from "../assert.ts";

Deno.test("no generated part of a document is stale", async () => {
  await run(
    Deno.execPath(),
    ["run", "--allow-read", "--ignore-env", "scripts/docs.ts", "--check"],
    { cwd: ROOT },
  );
});

Deno.test("completed() writes what stands between the marks, and misses marks that are gone", async () => {
  const { text } = await completed("docs/security.md", { closed: "nothing" });
  assertStringIncludes(text, "<!-- closed:begin -->\n\nnothing\n\n<!-- closed:end -->");
  await assertRejects(
    () => completed("docs/security.md", { opened: "" }),
    TypeError,
    'Cannot find the marks "opened" in docs/security.md',
  );
});
