/**
 * What an action is about: what the server finds by itself before the request.
 *
 * @module
 */
import { memoized } from "../base/memoized.ts";
import type { Action, Target, ToolDefinition } from "./define.ts";
import { allFacts } from "./operation.ts";

/** Read off the paths. */
const targetOfPaths = memoized((action: Action): Target => {
  const ref = action.operation;
  if (typeof ref !== "string" && "given" in ref && ref.param === "vmid") return "maybeGuest";
  const paths = allFacts(action).map((fact) => fact.path);
  if (paths.some((path) => path.includes("{vmid}"))) return "guest";
  if (paths.some((path) => /\{node\}\/storage\/\{storage\}/.test(path))) return "storage";
  return paths.some((path) => path.includes("{node}")) ? "node" : "none";
});

/** What the server finds by itself for an action: as the tool says, or its paths. */
export function targetOf(tool: ToolDefinition, action: Action): Target {
  return action.target ?? tool.target ?? targetOfPaths(action);
}
