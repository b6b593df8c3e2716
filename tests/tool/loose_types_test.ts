/** Whole numbers of the API that callers may give in words, among all tools. */
import { assert, assertEquals } from "../assert.ts";
import { isOperation, operationFact, operationNames } from "../../src/pve/api.ts";
import { read } from "../../src/tool/define.ts";
import { guestNumbers, spanOf } from "../../src/tool/loose_types.ts";
import { acceptedNames, targetNames } from "../../src/tool/parameter_names.ts";
import { factOfParam } from "../../src/tool/operation.ts";
import { toolEntry } from "../../src/tool/schema.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";

/** Parameters that are a guest's number, outside of paths, with what they are taken for. */
function numbersOfFacts(): [string, "one" | "several" | undefined][] {
  return operationNames().flatMap((name) => {
    assert(isOperation(name));
    const { path, params } = operationFact(name);
    return Object.entries(params)
      .filter(([param, { format, items }]) =>
        !path.includes(`{${param}}`) && (format ?? items?.format) === "pve-vmid"
      )
      .map(([param]): [string, "one" | "several" | undefined] => [
        `${name} ${param}`,
        guestNumbers(read(name), param),
      ]);
  });
}

Deno.test("every number of a guest of the API may be a name, but that of a guest to come", () => {
  const found = numbersOfFacts();
  assertEquals(found.filter(([, takes]) => takes === undefined).map(([name]) => name), [
    "GET /cluster/nextid vmid",
    "POST /nodes/{node}/lxc vmid",
    "POST /nodes/{node}/lxc/{vmid}/clone newid",
    "POST /nodes/{node}/lxc/{vmid}/remote_migrate target-vmid",
    "POST /nodes/{node}/qemu vmid",
    "POST /nodes/{node}/qemu/{vmid}/clone newid",
    "POST /nodes/{node}/qemu/{vmid}/remote_migrate target-vmid",
  ]);
  assertEquals(found.filter(([, takes]) => takes === "several").length, 4);
  assertEquals(found.filter(([, takes]) => takes === "one").length, 9);
});

Deno.test("what takes a guest's name or a time in words is listed as a text", () => {
  const listed: string[] = [];
  for (const { tool } of TOOLS) {
    const actions = Object.entries(tool.actions);
    const { properties } = toolEntry(tool, actions).inputSchema;
    for (const [, action] of actions) {
      const names = acceptedNames(tool, action).filter((name) =>
        name in properties && !targetNames(tool, action).includes(name)
      );
      for (const name of names) {
        const fact = action.extraParams?.[name] ?? factOfParam(action, name);
        if (guestNumbers(action, name) !== "one" && !spanOf(name, fact)) continue;
        assertEquals(properties[name]?.type, "string", `${tool.name} ${name}`);
        listed.push(`${tool.name} ${name}`);
      }
    }
  }
  for (const name of ["node_task vmid", "node_task since", "user expire", "user_token expire"]) {
    assert(listed.includes(`proxmox_${name}`), name);
  }
});
