/** The table of names and values that callers bring along: that it holds, and what becomes of them. */
import { parseCall } from "../../src/call/parse.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { otherSpelling } from "../../src/tool/compatibility.ts";
import { type Meaning, MEANINGS, type Meanings } from "../../src/tool/compatibility_table.ts";
import type { Action, ToolDefinition } from "../../src/tool/define.ts";
import { factOfParam } from "../../src/tool/operation.ts";
import { acceptedNames } from "../../src/tool/parameter_names.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

interface Row {
  readonly label: string;
  readonly tool: ToolDefinition;
  readonly action: Action;
  /** What the key names: a parameter, and the value that it is about. */
  readonly name: string;
  readonly value: string | undefined;
  readonly meaning: Meaning;
}

function toolNamed(name: string): ToolDefinition {
  const registered = TOOLS.find(({ tool }) => tool.name === name);
  assert(registered, `There is no tool ${name}`);
  return registered.tool;
}

function rowsOf(tool: ToolDefinition, actionName: string, meanings: Meanings): Row[] {
  const action = tool.actions[actionName];
  assert(action, `${tool.name} has no action ${actionName}`);
  return Object.entries(meanings).map(([key, meaning]) => {
    const [name = "", value] = key.split("=");
    return { label: `${tool.name} ${actionName} ${key}`, tool, action, name, value, meaning };
  });
}

const ROWS: readonly Row[] = Object.entries(MEANINGS).flatMap(([name, byActions]) =>
  Object.entries(byActions).flatMap(([actions, meanings]) =>
    actions.split(" ").flatMap((action) => rowsOf(toolNamed(name), action, meanings))
  )
);

Deno.test("the table is about tools, actions and parameters that there are, and each row is needed", () => {
  for (const { label, tool, action, name, value, meaning } of ROWS) {
    const isOwn = factOfParam(action, name) !== undefined ||
      Object.hasOwn(action.extraParams ?? {}, name);
    assertEquals(isOwn, value !== undefined, label);
    if (value !== undefined) {
      assert("refused" in meaning, label);
      assertEquals(factOfParam(action, name)?.enum?.includes(value), false, label);
      continue;
    }
    if ("as" in meaning) assert(factOfParam(action, meaning.as), label);
    const others = acceptedNames(tool, action).filter((each) => each !== name);
    assertEquals(otherSpelling(name, others), undefined, label);
  }
});

Deno.test("a row that is misspelt does not compile", () => {
  const meanings: readonly Meaning[] = [
    // @ts-expect-error: no name of PVE.
    { as: "snapnam" },
    // @ts-expect-error: it becomes one thing.
    { ignored: "there is none" },
  ];
  assertEquals(meanings.length, 2);
});

Deno.test("a name means PVE's own, or is not used and the answer says why", () => {
  const { args, notes } = parseCall(toolNamed("proxmox_sdn_vnet"), {
    action: "update",
    vnet: "vnet1",
    vlan: 7,
    comment: "office",
    mtu: 1400,
  });
  assertEquals(args, { vnet: "vnet1", tag: 7, alias: "office" });
  assertEquals(notes, ['"mtu" was not used: the MTU is set on the zone']);
});

Deno.test("a name means something only to the actions that the table names", () => {
  const call = { action: "list", vlan: 7 };
  const error = assertThrows(() => parseCall(toolNamed("proxmox_sdn_vnet"), call), ToolError);
  assertEquals(Object.keys(error.details.parameters ?? {}), ["vlan"]);
});

Deno.test("a value that PVE does not take is refused with what to do instead", () => {
  const call = { action: "download_url", storage: "nas", content: "backup" };
  const error = assertThrows(
    () => parseCall(toolNamed("proxmox_storage_content"), call),
    ToolError,
  );
  const { content = "" } = error.details.parameters ?? {};
  assert(content.includes("dump folder"), content);
});
