/** Calls written for the reference's 92 tools are understood here. */
import { assert, assertEquals } from "../assert.ts";
import { parseCall } from "../../src/call/parse.ts";
import type { CategoryName } from "../../src/tool/categories.ts";
import { ToolError } from "../../src/tool/answer.ts";
import type { ToolDefinition } from "../../src/tool/define.ts";
import { tierOf } from "../../src/tool/registry.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { REFERENCE, type ReferenceOperation, type ReferenceParam, sampleOf } from "./reference.ts";

/** PVE requires more than the reference did, and no default makes sense: the error must name it. */
const NEEDS_MORE: Readonly<Record<string, readonly string[]>> = {
  "proxmox_lxc_mountpoint add": ["path"],
  "proxmox_node_config set_time": ["timezone"],
  "proxmox_sdn_vnet create": ["zone"],
  "proxmox_sdn_zone create": ["type"],
  "proxmox_sdn_controller create": ["type"],
  "proxmox_sdn_subnet create": ["vnet"],
  "proxmox_cluster_config join": ["fingerprint"],
  "proxmox_notification create": [
    "from-address",
    "from",
    "server",
    "token",
    "mailto",
    "mailto-user",
  ],
};

/** How many tools of the reference each category has. */
const COUNTS: Readonly<Record<CategoryName, number>> = {
  node: 14,
  cluster: 5,
  guest: 23,
  create: 2,
  disk: 1,
  mountpoint: 1,
  cloudinit: 1,
  agent: 7,
  exec: 1,
  console: 3,
  backup: 1,
  storage: 3,
  firewall: 6,
  ha: 2,
  sdn: 4,
  access: 7,
  ceph: 6,
  certificate: 1,
  acme: 3,
  notification: 1,
};

Deno.test("all 92 tools of the reference are here, in its 20 categories with its counts", () => {
  assertEquals(REFERENCE.length, 92);
  const names = new Set(REFERENCE.map((tool) => tool.name));
  for (const [category, count] of Object.entries(COUNTS)) {
    const tools = TOOLS.filter((each) => each.category === category && names.has(each.tool.name));
    assertEquals(tools.length, count, category);
  }
  const here = new Set<string>(TOOLS.map(({ tool }) => tool.name));
  assertEquals(REFERENCE.filter((tool) => !here.has(tool.name)).map((tool) => tool.name), []);
  const byCategory = new Map<string, Set<CategoryName>>();
  for (const tool of REFERENCE) {
    const folder = TOOLS.find((each) => each.tool.name === tool.name)!.category;
    byCategory.set(tool.category, (byCategory.get(tool.category) ?? new Set()).add(folder));
  }
  for (const [category, folders] of byCategory) assertEquals(folders.size, 1, category);
});

interface Refusal {
  readonly tool: ToolDefinition;
  readonly operation: ReferenceOperation;
  readonly error: ToolError;
}

/** What is refused of the reference's rows, each called with its parameters that are wanted. */
function refusalsOf(wanted: (param: ReferenceParam) => boolean): Refusal[] {
  const refusals: Refusal[] = [];
  for (const row of REFERENCE) {
    const tool = TOOLS.find((each) => each.tool.name === row.name)?.tool;
    if (!tool) continue; // Named by the test above.
    for (const operation of row.operations) {
      const call: Record<string, unknown> = { ...operation.key };
      for (const param of operation.params) {
        if (wanted(param)) call[param.name] ??= sampleOf(row, param);
      }
      try {
        parseCall(tool, call);
      } catch (error) {
        assert(error instanceof ToolError, String(error));
        refusals.push({ tool, operation, error });
      }
    }
  }
  return refusals;
}

Deno.test("every required call of the reference's 318 rows is accepted, or told what PVE needs more", () => {
  const refused: string[] = [];
  for (const { tool, operation, error } of refusalsOf(({ required }) => required)) {
    const label = `${tool.name} ${operation.key[tool.discriminator ?? "action"] ?? "default"}`;
    const named = Object.keys(error.details.parameters ?? {});
    const allowed = NEEDS_MORE[label] ?? [];
    const onlyMissing = named.length > 0 && named.every((name) => allowed.includes(name));
    if (!onlyMissing) refused.push(`${label}: ${error.message} ${JSON.stringify(error.details)}`);
  }
  assertEquals(refused, []);
});

Deno.test("every parameter name of the reference is accepted by the action it had there", () => {
  const refused: string[] = [];
  for (const { tool, operation, error } of refusalsOf(() => true)) {
    const unknown = Object.entries(error.details.parameters ?? {}).filter(([, text]) =>
      text.startsWith("is not a parameter")
    ).map(([name]) => name);
    if (unknown.length > 0 || !error.details.parameters) {
      const label = `${tool.name} ${JSON.stringify(operation.key)}`;
      refused.push(`${label}: ${unknown.join(", ") || error.message}`);
    }
  }
  assertEquals(refused, []);
});

/** Values of the reference that Proxmox VE 9.2 takes no more, with what is said instead. */
const GONE: Readonly<Record<string, string>> = {
  "proxmox_storage_config type=glusterfs": "use type=dir",
  "proxmox_storage_content content=backup": "dump folder",
};

/** Values that a caller of the reference may give a parameter. */
function valuesOf(param: ReferenceParam): readonly unknown[] {
  if (param.enum) return param.enum;
  return param.type === "boolean" ? [true, false] : [];
}

Deno.test("every value that the reference lists is accepted, or told what to do instead", () => {
  const wrong = new Set<string>();
  for (const { name, operations } of REFERENCE) {
    const { tool } = TOOLS.find((each) => each.tool.name === name)!;
    for (const { key, params } of operations) {
      for (const param of params) {
        for (const value of [...valuesOf(param), ...[param.default ?? []].flat()]) {
          const words = `${name} ${param.name}=${value}`;
          const problem = problemOf(tool, { ...key, [param.name]: value }, param.name);
          if (GONE[words] === undefined ? problem : !problem?.includes(GONE[words])) {
            wrong.add(`${words}: ${problem}`);
          }
        }
      }
    }
  }
  assertEquals([...wrong], []);
});

/** What is wrong with one parameter of a call, but for its absence. */
function problemOf(tool: ToolDefinition, call: object, name: string): string | undefined {
  try {
    parseCall(tool, call);
  } catch (error) {
    assert(error instanceof ToolError, String(error));
    const problem = error.details.parameters?.[name];
    return problem === "is missing" ? undefined : problem;
  }
  return undefined;
}

Deno.test("what was basic is basic, and reading needs the elevated tier in whole categories alone", () => {
  const wholly: readonly string[] = ["create", "disk", "mountpoint", "agent", "exec", "console"];
  const wrong: string[] = [];
  for (const { name, operations } of REFERENCE) {
    const { category, tool } = TOOLS.find((each) => each.tool.name === name)!;
    for (const { key, elevated, reads } of operations) {
      const actionName = key[tool.discriminator ?? "action"] ?? "default";
      const tier = tierOf(category, tool.actions[actionName]!);
      const whole = wholly.includes(category);
      if (whole ? tier === "basic" : tier === "elevated" && reads) {
        wrong.push(`${name} ${actionName} is ${tier}`);
      }
      if (!elevated && tier === "elevated") wrong.push(`${name} ${actionName} was basic`);
    }
  }
  assertEquals(wrong, []);
});
