/** Whatever a tool is asked, it answers; and only what it declares leaves the process. */
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { argumentsFor } from "./arguments.ts";
import { operationsOfAction } from "./requests.ts";
import { fuzzTest } from "./session.ts";
import { CALLS } from "./settings.ts";

for (const { tool } of TOOLS) {
  const operations = Object.values(tool.actions).map(operationsOfAction);
  const allowed = operations.reduce((all, each) => all.union(each), new Set<string>());
  fuzzTest(`${tool.name} keeps its promises, whatever it is asked`, {
    calls: CALLS,
    elevated: true,
    next: (random) => ({ tool: tool.name, args: argumentsFor(random, tool), allowed }),
  });
  fuzzTest(`${tool.name} only reads without the elevated tier`, {
    calls: Math.ceil(CALLS / 10),
    elevated: false,
    next: (random) => ({ tool: tool.name, args: argumentsFor(random, tool), allowed }),
  });
}
