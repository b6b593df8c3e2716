/** What the list of tools says of the code that confirms, where the model is asked. */
import { assert, assertEquals } from "../assert.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import type { ToolEntry } from "../../src/tool/schema.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { embed } from "../harness.ts";

function entriesWith(settings: Readonly<Record<string, string>>): Promise<ToolEntry[]> {
  const clusters = oneCluster(embed({ settings }).services);
  return new ToolCatalog({ clusters, tools: TOOLS }).entries();
}

const PLAN = { CONFIRM: "plan", ALLOW_ELEVATED: "true" };

Deno.test("every tool that changes something lists confirm where the model is asked", async () => {
  for (const TOOLSETS of ["all", "compact"]) {
    for (const { name, inputSchema, annotations } of await entriesWith({ ...PLAN, TOOLSETS })) {
      const { confirm, arguments: inner } = inputSchema.properties;
      const code = name === "proxmox_tool_run" ? inner?.properties?.confirm : confirm;
      assertEquals(code?.type, annotations.readOnlyHint ? undefined : "string", name);
      assert(!inputSchema.required?.includes("confirm"), name);
    }
  }
});

Deno.test("no tool lists confirm where the model is not asked, or changes nothing", async () => {
  const plain = await entriesWith({ ALLOW_ELEVATED: "true" });
  for (const CONFIRM of ["auto", "always", "never"]) {
    assertEquals(await entriesWith({ ...PLAN, CONFIRM }), plain, CONFIRM);
  }
  assertEquals(await entriesWith({ ...PLAN, ALLOW_ELEVATED: "false" }), plain);
  assert(!JSON.stringify(plain).includes('"confirm"'));
  const reading = await entriesWith({ ...PLAN, READ_ONLY: "true" });
  assert(!JSON.stringify(reading).includes('"confirm"'));
});
