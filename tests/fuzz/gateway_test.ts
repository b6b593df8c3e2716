/** The API gateway answers whatever it is asked; and only the operation that was named is called. */
import { GATEWAY } from "../../src/tool/gateway_names.ts";
import { type Operation, operationFact, operationNames, pathParams } from "../../src/pve/api.ts";
import { route } from "../../src/pve/route.ts";
import { defineTool, read } from "../../src/tool/define.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { argumentsFor } from "./arguments.ts";
import type { Random } from "./random.ts";
import { operationsOfAction } from "./requests.ts";
import { type Call, fuzzTest } from "./session.ts";
import { CALLS } from "./settings.ts";
import { HOSTILE, hostileValue, rightValue, STRANGE_NAMES } from "./values.ts";

const OPERATIONS = operationNames();
const FIRST: Operation = "GET /version";

/** Where no operation is named, none may be called, but to find out who lives where. */
function allowedBy(operation: string | undefined): ReadonlySet<string> {
  return operationsOfAction(read(operation as Operation ?? "GET /nodes"));
}

/** The operation that a text names if all in it is taken as it stands, or undefined. */
function named(text: string): string | undefined {
  const [, method = "GET", path = ""] =
    /^\s*(?:(get|post|put|delete)\s+)?\/?(?:api2\/(?:json|extjs)\/)?(.*?)\/?\s*$/is.exec(text) ??
      [];
  return route(method.toUpperCase(), `/${path}`)?.operation;
}

/** An operation with values in its path, some hostile, and parameters. */
function filled(random: Random): Call {
  const operation = random.pick(OPERATIONS) ?? FIRST;
  const { path, params } = operationFact(operation);
  const value = (name: string): unknown =>
    random.chance(0.8)
      ? rightValue(random, name, params[name] ?? { type: "string" })
      : hostileValue(random);
  const inPath = random.chance(0.6);
  const text = operation.replace(
    /\{([\w-]+)\}/g,
    (whole, name: string) =>
      inPath ? String(JSON.stringify(value(name))).replace(/^"|"$/g, "") : whole,
  );
  const tool = defineTool({
    name: "proxmox_api_call",
    title: "",
    description: "",
    actions: { default: read(operation) },
  });
  const given = argumentsFor(random, tool);
  for (const name of pathParams(path)) if (inPath && random.chance(0.9)) delete given[name];
  const allowed = inPath
    ? allowedBy(named(text)).union(allowedBy(operation))
    : allowedBy(operation);
  return { tool: GATEWAY.call, args: { operation: text, params: given }, allowed };
}

/** A text that names no operation, or nearly. */
function nonsense(random: Random): Call {
  const operation = random.pick(OPERATIONS) ?? FIRST;
  const hostile = random.pick(HOSTILE);
  const text = random.pick([
    hostile,
    operation + hostile,
    hostile + operation,
    operation.replace(/\/(?=[^/]*$)/, `/${hostile}/`),
    `${operation}?force=1`,
    operation.replace(" ", " https://evil.invalid"),
    operation.replace(/^\w+/, random.pick(["PATCH", "HEAD", "CONNECT", "get", "set"])),
  ]);
  const params = random.chance(0.5) ? hostileValue(random) : {};
  const allowed = allowedBy(named(text)).union(allowedBy(operation));
  const args = { [random.chance(0.9) ? "operation" : random.pick(STRANGE_NAMES)]: text, params };
  return { tool: GATEWAY.call, args, allowed };
}

function searched(random: Random): Call {
  const args = {
    query: random.chance(0.5) ? random.pick(OPERATIONS) : hostileValue(random),
    limit: random.chance(0.5) ? 5 : hostileValue(random),
  };
  return { tool: GATEWAY.search, args, allowed: new Set() };
}

function toolRun(random: Random): Call {
  const tool = random.pick(TOOLS)?.tool;
  if (!tool) return searched(random);
  const args = {
    tool: random.chance(0.9) ? tool.name : random.pick(HOSTILE),
    arguments: random.chance(0.9) ? argumentsFor(random, tool) : hostileValue(random),
  };
  const operations = Object.values(tool.actions).map(operationsOfAction);
  const allowed = operations.reduce((all, each) => all.union(each), new Set<string>());
  return { tool: GATEWAY.run, args, allowed };
}

fuzzTest("proxmox_api_call calls what was named and nothing else", {
  calls: CALLS * 5,
  elevated: true,
  next: (random) => random.chance(0.7) ? filled(random) : nonsense(random),
});

fuzzTest("proxmox_api_call only reads without the elevated tier", {
  calls: CALLS * 2,
  elevated: false,
  next: (random) => random.chance(0.7) ? filled(random) : nonsense(random),
});

fuzzTest("proxmox_api_search asks nobody", { calls: CALLS, elevated: true, next: searched });

fuzzTest("proxmox_tool_run runs the tool that was named", {
  calls: CALLS * 2,
  elevated: true,
  settings: { TOOLSETS: "compact" },
  next: toolRun,
});
