/**
 * Every action of every tool with its line, and what all calls of a category send to change
 * something: the text of a snapshot, so that a change in what is sent shows in a review.
 *
 * @module
 */
import { allOperations } from "../../../src/tool/operation.ts";
import type { RegisteredTool } from "../../../src/tool/registry.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { CALLS } from "./all.ts";
import { casesOf, type Line } from "./line.ts";
import { make } from "./make.ts";

/** An action, and how it is called here. */
export interface Row {
  readonly registered: RegisteredTool;
  readonly actionName: string;
  readonly line: Line | undefined;
}

/** All actions. */
export const ROWS: readonly Row[] = TOOLS.flatMap((registered) =>
  Object.keys(registered.tool.actions).map((actionName) => ({
    registered,
    actionName,
    line: CALLS[registered.tool.name]?.[actionName],
  }))
);

/** What only a server of several clusters sends; its tests have several. */
const OF_SEVERAL = /\/remote_migrate$/;

/** What came of the calls of some actions. */
export interface Outcome {
  readonly problems: readonly string[];
  /** What was sent to change something, below the call that sent it. */
  readonly changes: string;
}

/** Without what differs from run to run: boundaries of uploads, keys and certificates. */
function stable(request: string): string {
  return request
    .replaceAll(/-----BEGIN.*?-----END[+ A-Z]+-----(?:%0A)?/gs, "PEM")
    .replaceAll(/--proxmox-mcp-[\da-f-]+/g, "--boundary");
}

/** Makes all calls of these actions, each on a cluster of its own; `login`: with one beside the token. */
export async function makeAll(
  rows: readonly Row[],
  { login = false }: { readonly login?: boolean } = {},
): Promise<Outcome> {
  const problems: string[] = [];
  const changes: string[] = [];
  for (const { registered: { tool }, actionName, line } of rows) {
    const cases = casesOf(line ?? {});
    const reached = new Set<string>();
    const wrong: string[] = [];
    for (const [name, each] of cases) {
      const made = await make(tool, actionName, each, { login });
      wrong.push(...made.problems);
      for (const operation of made.reached) reached.add(operation);
      const sent = made.sent.filter((request) => !request.startsWith("GET ")).map(stable);
      if (sent.length > 0) changes.push(`# ${tool.name} ${actionName} ${name}`.trimEnd(), ...sent);
    }
    problems.push(...wrong);
    const mayMiss = cases.every(([, [, around]]) =>
      around?.over ?? (around?.closed === "gone" || (around?.closed && !login))
    );
    if (wrong.length > 0 || mayMiss) continue;
    for (const operation of allOperations(tool.actions[actionName]!)) {
      if (reached.has(operation) || OF_SEVERAL.test(operation)) continue;
      problems.push(`${tool.name} ${actionName} never reached ${operation}`);
    }
  }
  return { problems, changes: changes.join("\n") + "\n" };
}

/** The file of a category's snapshot. */
export function changesFile(category: string): URL {
  return new URL(`../changes/${category}.txt`, import.meta.url);
}
