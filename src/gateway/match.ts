/**
 * Matches a method and a path to an operation; values in the path become arguments.
 *
 * @module
 */
import type { Match } from "../call/unchecked.ts";
import { route } from "../pve/route.ts";

/** Method and path of a call: `GET /nodes`, `get nodes`, `/api2/json/nodes`; methods PVE lacks, too. */
export function normalize(text: string): { method: string | undefined; path: string } {
  const begun = text.trimStart();
  const [start = "", word] =
    /^(get|post|put|delete|create|set|(?:patch|head|options)(?=\s+\/))\s+/i.exec(begun) ?? [];
  const verb = word?.toUpperCase();
  const method = verb === "CREATE" ? "POST" : verb === "SET" ? "PUT" : verb;
  const path = begun.slice(start.length).trimEnd().replace(/^\/?(?:api2\/(?:json|extjs)\/)?/i, "");
  return { method, path: `/${path.replace(/\/$/, "")}` };
}

/** The operation of a method and a path, with or without values in it. */
export function matchOperation(method: string, path: string): Match | undefined {
  const routed = route(method, path);
  if (!routed) return undefined;
  const values = Object.entries(routed.path).filter(([name, value]) => value !== `{${name}}`);
  return { operation: routed.operation, values: Object.fromEntries(values) };
}

/** Methods that PVE has for a path, for the answer to a wrong one. */
export function methodsOf(path: string): string[] {
  return ["GET", "POST", "PUT", "DELETE"].filter((method) => matchOperation(method, path));
}
