/** Generated files are up to date, and dropping a file into a category's folder adds a tool. */
import { ROOT } from "../../scripts/project.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { copyCheckout, denoIn } from "./checkout_copy.ts";

const TOOL = `import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_clock",
  title: "Clock of a node",
  description: "Time and time zone of a node.",
  actions: { default: read("GET /nodes/{node}/time") },
});
`;

Deno.test("the committed API facts, types and tool manifest are up to date", async () => {
  assertEquals((await denoIn(ROOT, "task", "-q", "scan", "--check")).stdout, "");
});

Deno.test("the generated parts of the documentation are up to date", async () => {
  assertEquals((await denoIn(ROOT, "task", "-q", "docs", "--check")).stdout, "");
});

Deno.test("a file dropped into a category's folder becomes a tool, once scanned", async () => {
  await using copy = await copyCheckout(
    [
      "src",
      "scripts",
      "skills",
      "facts",
      "tests/pve",
      "tests/browser",
      "deno.json",
      "deno.lock",
      "main.ts",
      ".dvmrc",
    ],
  );
  await Deno.writeTextFile(`${copy.folder}/src/tools/node/node_clock.ts`, TOOL);
  const check = (): Promise<unknown> => copy.deno("task", "-q", "scan", "--check");
  await assertRejects(check, Error, "src/tools/manifest_gen.ts");
  await copy.deno("task", "-q", "scan");
  const allowed = ["--allow-read", "--allow-env=PROXMOX_*"];
  const tools = ["run", "--no-prompt", ...allowed, "main.ts", "tools", "proxmox_node_clock"];
  assertStringIncludes((await copy.deno(...tools)).stdout, "GET /nodes/{node}/time");
});
