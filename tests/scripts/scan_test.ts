/** Generated files are up to date, and dropping a file into a category's folder adds a tool. */
import { ROOT } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const TOOL = `import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_clock",
  title: "Clock of a node",
  description: "Time and time zone of a node.",
  actions: { default: read("GET /nodes/{node}/time") },
});
`;

function deno(cwd: string, ...args: string[]): ReturnType<typeof run> {
  return run(Deno.execPath(), args, { cwd, env: { NO_COLOR: "1" } });
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory) await copyTree(source, target);
    else await Deno.copyFile(source, target);
  }
}

Deno.test("the committed API facts, types and tool manifest are up to date", async () => {
  assertEquals((await deno(ROOT, "task", "-q", "scan", "--check")).stdout, "");
});

Deno.test("the generated parts of the documentation are up to date", async () => {
  assertEquals((await deno(ROOT, "task", "-q", "docs", "--check")).stdout, "");
});

Deno.test("a file dropped into a category's folder becomes a tool, once scanned", async () => {
  const copy = await Deno.makeTempDir();
  try {
    for (const folder of ["src", "scripts", "facts"]) {
      await copyTree(ROOT + folder, `${copy}/${folder}`);
    }
    for (const file of ["deno.json", "deno.lock", "main.ts", ".dvmrc"]) {
      await Deno.copyFile(ROOT + file, `${copy}/${file}`);
    }
    await Deno.writeTextFile(`${copy}/src/tools/node/node_clock.ts`, TOOL);
    const check = (): Promise<unknown> => deno(copy, "task", "-q", "scan", "--check");
    await assertRejects(check, Error, "src/tools/manifest_gen.ts");
    await deno(copy, "task", "-q", "scan");
    const allowed = ["--allow-read", "--allow-env=PROXMOX_*"];
    const tools = ["run", "--no-prompt", ...allowed, "main.ts", "tools", "proxmox_node_clock"];
    assertStringIncludes((await deno(copy, ...tools)).stdout, "GET /nodes/{node}/time");
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
});
