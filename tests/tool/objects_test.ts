import { assert, assertEquals } from "../assert.ts";
import { connect } from "../harness.ts";
import { entriesOf, FORMS } from "../mcp/tool_lists.ts";
import type { PropertySchema } from "../../src/tool/schema.ts";
import { assertDone } from "../outcome.ts";

/** Paths of objects of arguments that list no entry. */
function emptyObjects(path: string, { type, properties, items }: PropertySchema): string[] {
  const below = Object.entries(properties ?? {}).flatMap(([name, each]) =>
    emptyObjects(`${path}.${name}`, each)
  );
  const own = type === "object" && below.length === 0 && Object.keys(properties ?? {}).length === 0;
  return [...(own ? [path] : []), ...below, ...(items ? emptyObjects(`${path}[]`, items) : [])];
}

Deno.test("every object among the arguments of a tool lists some of its entries", async () => {
  assertEquals(emptyObjects("a", { type: "object" }), ["a"]);
  assertEquals(emptyObjects("a", { type: "array", items: { type: "object" } }), ["a[]"]);
  for (const form of Object.keys(FORMS)) {
    const entries = await entriesOf(form);
    assert(entries.length > 2);
    const found = entries.flatMap(({ name, inputSchema }) =>
      Object.entries(inputSchema.properties).flatMap(([param, each]) =>
        emptyObjects(`${name} ${param}`, each)
      )
    );
    assertEquals(found, [], form);
  }
});

Deno.test("entries that an object does not list are taken as well, and so is a text of JSON", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact" } });
  const config = { onboot: true, tags: "one" };
  for (const given of [config, JSON.stringify(config)]) {
    const args = { vmid: 105, config: given };
    const run = { tool: "proxmox_guest_config_update", arguments: JSON.stringify(args) };
    assertDone(await harness.call("proxmox_tool_run", run), /ci-runner01/);
    const call = { operation: "PUT /nodes/pve3/qemu/105/config", params: given };
    assertDone(await harness.call("proxmox_api_call", call));
  }
});
