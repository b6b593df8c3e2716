/** Every action of every tool against the API facts. */
import { whenTaking } from "../../src/pve/effects/effects.ts";
import { assert, assertEquals } from "../assert.ts";
import { operationFact, paramFact, pathParams } from "../../src/pve/api.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import { callerName } from "../../src/tool/compatibility.ts";
import type { Action, ToolDefinition } from "../../src/tool/define.ts";
import { allFacts, allOperations, factOfParam } from "../../src/tool/operation.ts";
import { requiredNames } from "../../src/tool/required.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { targetOf } from "../../src/tool/target.ts";

interface Row {
  readonly label: string;
  readonly tool: ToolDefinition;
  readonly action: Action;
}

const ROWS: readonly Row[] = TOOLS.flatMap(({ tool }) =>
  Object.entries(tool.actions).map(([name, action]) => ({
    label: `${tool.name} ${name}`,
    tool,
    action,
  }))
);

Deno.test("every tool has its own name, a category of its own folder, and a title", () => {
  const names = TOOLS.map(({ tool }) => tool.name);
  assertEquals(names.length, new Set(names).size);
  for (const { category, tool } of TOOLS) {
    assert(Object.hasOwn(CATEGORIES, category));
    assert(/^proxmox_[a-z_]+$/.test(tool.name) && tool.name.length <= 52, tool.name);
    assert(tool.title.length > 2 && tool.title.length <= 40, `${tool.name}: ${tool.title}`);
    assert(tool.description.length <= 2048, tool.name);
  }
});

Deno.test("every parameter that an action names exists in its operations", () => {
  for (const { label, action } of ROWS) {
    const names = [
      ...(action.params ?? []),
      ...Object.keys(action.fixed ?? {}),
      ...Object.keys(action.defaults ?? {}),
    ];
    for (const name of names) {
      const indexed = name.includes("${") ? name.replace(/\$\{.*/, "0") : name;
      assert(factOfParam(action, indexed) || action.extraParams?.[name], `${label}: ${name}`);
    }
  }
});

Deno.test("fixed and default values are ones that PVE accepts", () => {
  for (const { label, action } of ROWS) {
    for (const [name, value] of Object.entries({ ...action.fixed, ...action.defaults })) {
      const fact = factOfParam(action, name);
      if (!fact?.enum || value === undefined) continue;
      assert(fact.enum.includes(String(value)), `${label}: ${name}=${value}`);
    }
  }
});

Deno.test("what PVE requires is required, found by the server, or has a value", () => {
  for (const { label, tool, action } of ROWS) {
    if (action.run || action.prepare) continue; // They fill in what is missing; behaviour tests show it.
    const required = requiredNames(tool, action);
    const target = targetOf(tool, action);
    const { operation: ref } = action;
    const chooses = typeof ref !== "string" && "given" in ref ? ref.param : undefined;
    // What one of several requires is named once the call tells which one is meant.
    const several = typeof ref !== "string" && "operations" in ref;
    const everywhere = (name: string): boolean =>
      allFacts(action).every(({ params }) => params[name] && !params[name].optional);
    for (const operation of allOperations(action)) {
      for (const [name, fact] of Object.entries(operationFact(operation).params)) {
        if (fact.optional || name.endsWith("[n]") || fact.variants || fact.instanceTypes) continue;
        if (several && !everywhere(name)) continue;
        const found = (name === "node" && target !== "none") ||
          (name === "vmid" && target === "guest") || name === chooses;
        const valued = Object.hasOwn(action.fixed ?? {}, name) ||
          Object.hasOwn(action.defaults ?? {}, name);
        assert(
          found || valued || required.includes(callerName(action, name)),
          `${label}: ${operation} requires ${name}`,
        );
      }
    }
  }
});

Deno.test("every placeholder of a path gets its value from the target or from a parameter", () => {
  for (const { label, tool, action } of ROWS) {
    if (action.run || action.prepare) continue;
    const target = targetOf(tool, action);
    for (const operation of allOperations(action)) {
      for (const name of pathParams(operationFact(operation).path)) {
        const found = (name === "node" && target !== "none") ||
          (name === "vmid" && target === "guest");
        assert(found || paramFact(operationFact(operation), name), `${label}: {${name}}`);
      }
    }
  }
});

Deno.test("reading actions read: they call GET, or POST where PVE reads by POST", () => {
  const readsByPost = /\/agent\/(ping|fsfreeze-status)$|\/(vncproxy|termproxy|spiceproxy)$/;
  for (const { label, action } of ROWS) {
    if (action.kind !== "read") continue;
    for (const operation of allOperations(action)) {
      assert(
        operation.startsWith("GET ") || readsByPost.test(operation),
        `${label} is a read but calls ${operation}`,
      );
    }
  }
});

Deno.test("every action that calls DELETE may take something away", () => {
  for (const { label, action } of ROWS) {
    const deletes = allOperations(action).filter((name) => name.startsWith("DELETE "));
    for (const operation of deletes) assert(whenTaking(operation).length > 0, label);
  }
});
