import { manifest, pack } from "../../scripts/mcpb.ts";
import { npmTool } from "../../scripts/npm_tools.ts";
import {
  DESCRIPTION,
  executable,
  REPOSITORY,
  ROOT,
  TARGETS,
  VERSION,
} from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { needs } from "../programs.ts";

/** The bundle format's own tool, which may write to one folder. */
async function mcpb(folder: string, ...args: string[]): Promise<string> {
  const permissions = ["--allow-env", "--allow-read", `--allow-write=${folder}`, "--allow-sys"];
  const { stdout } = await run(Deno.execPath(), [...npmTool("mcpb", permissions), ...args]);
  return stdout;
}

for (const target of TARGETS.filter((each) => each.id.endsWith("-x64"))) {
  Deno.test(`pack() makes a valid MCP bundle for ${target.id}`, needs("zip"), async () => {
    const folder = await Deno.makeTempDir();
    try {
      const binary = `${folder}/binary`;
      await Deno.writeTextFile(binary, "#!/bin/sh\n");
      await pack(target, binary, `${folder}/test.mcpb`);
      await mcpb(folder, "unpack", `${folder}/test.mcpb`, `${folder}/out`);
      assertStringIncludes(
        await mcpb(folder, "validate", `${folder}/out`),
        "Manifest schema validation passes!",
      );
      const read = JSON.parse(await Deno.readTextFile(`${folder}/out/manifest.json`));
      assertEquals(read, manifest(target));
      const { mode } = await Deno.stat(`${folder}/out/${read.server.entry_point}`);
      assertEquals((mode ?? 0) & 0o777, 0o755);
      assert((await Deno.stat(`${folder}/out/LICENSE`)).isFile);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("each platform's manifest starts its own binary", () => {
  for (const target of TARGETS) {
    const { server, version, compatibility } = manifest(target);
    const file = `server/${executable(target)}`;
    assertEquals(server.entry_point, file);
    assertEquals(server.mcp_config.command, `\${__dirname}/${file}`);
    assertEquals(compatibility.platforms, [target.platform]);
    assertEquals(version, VERSION);
  }
});

Deno.test("the manifest's template says of the project what the project says of itself", async () => {
  const text = await Deno.readTextFile(`${ROOT}mcpb/manifest.json`);
  const template = JSON.parse(text) as Record<string, unknown>;
  assertEquals(template.description, DESCRIPTION);
  assertEquals(template.homepage, REPOSITORY);
  assertEquals(template.version, VERSION);
  assertEquals(
    new Set(text.match(/https:\/\/github\.com\/[\w-]+\/[\w-]+/g)),
    new Set([REPOSITORY]),
  );
});
