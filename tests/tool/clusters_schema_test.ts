/** What a model sees of several clusters: the argument that names one, and what that costs. */
import { assert, assertEquals } from "../assert.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { embed } from "../harness.ts";
import { embedSeveral } from "../several.ts";
import { FORMS, tokens } from "../mcp/tool_lists.ts";

/** Tokens that several clusters may add to `tools/list`. */
const MOST_TOKENS = 700;

for (const [form, settings] of Object.entries(FORMS)) {
  const { clusters } = embedSeveral({ home: { settings }, lab: { settings } });
  const several = new ToolCatalog({ clusters, tools: TOOLS });
  const one = new ToolCatalog({
    clusters: oneCluster(embed({ settings }).services),
    tools: TOOLS,
  });

  Deno.test(`several clusters add few tokens to the ${form} list`, async () => {
    const [before, after] = await Promise.all([one.entries(), several.entries()]);
    const added = tokens({ tools: after }) - tokens({ tools: before });
    assert(added > 0 && added <= MOST_TOKENS, `${added}`);
  });

  Deno.test(`the ${form} list has "cluster" where neither guest nor node is named`, async () => {
    for (const { name, inputSchema: { properties } } of await one.entries()) {
      assert(!("cluster" in properties), name);
    }
    for (const { name, inputSchema: { properties, required = [] } } of await several.entries()) {
      if (name === "proxmox_api_search" || name === "proxmox_tool_run") continue;
      assertEquals("cluster" in properties, !("vmid" in properties || "node" in properties), name);
      assert(!required.includes("cluster"), name);
    }
  });
}

Deno.test("a tool or an action is listed that any of the clusters allows", async () => {
  const READ_ONLY = { READ_ONLY: "true" };
  const listed = async (...settings: Record<string, string>[]): Promise<string> => {
    const { clusters } = embedSeveral(
      Object.fromEntries(settings.map((each, index) => [`c${index}`, { settings: each }])),
    );
    return JSON.stringify(await new ToolCatalog({ clusters, tools: TOOLS }).entries());
  };
  assertEquals(await listed(READ_ONLY, {}), await listed({}, {}));
  assert(!(await listed(READ_ONLY, READ_ONLY)).includes("proxmox_guest_start"));
});
