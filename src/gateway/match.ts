/**
 * Matches a method and a path to an operation; values in the path become arguments.
 *
 * @module
 */
import { type Operation, operationFact } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { route } from "../pve/route.ts";
import { splitList } from "../pve/split_list.ts";

/** An operation, and the values that its path held. */
export interface Match {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
}

/** Method and path of a call: `GET /nodes`, `get nodes`, `/api2/json/nodes`; methods PVE lacks, too. */
export function normalize(text: string): { method: string | undefined; path: string } {
  const match =
    /^\s*(?:(get|post|put|delete|create|set|(?:patch|head|options)(?=\s+\/))\s+)?\/?(?:api2\/(?:json|extjs)\/)?(.*?)\/?\s*$/i
      .exec(text);
  const verb = match?.[1]?.toUpperCase();
  const method = verb === "CREATE" ? "POST" : verb === "SET" ? "PUT" : verb;
  return { method, path: `/${match?.[2] ?? ""}` };
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

/** Changes that destroy or stop something, besides every DELETE. */
const DESTRUCTIVE: readonly RegExp[] = [
  /\/(stop|shutdown|reset|restart|suspend-(disk|ram|hybrid))$/,
  /\/(rollback|template|unlink|wipedisk|initgpt|sync|out|monitor|agent)$/,
  /\/(stopall|suspendall|restart-bulk|disarm-ha|execute)$/,
  /^POST \/cluster\/bulk-action\/guest\/suspend$/,
  /^POST \/cluster\/config\/join$/,
  /^POST \/nodes\/\{node\}\/(status|disks\/(directory|lvm|lvmthin|zfs))$/,
  /^PUT \/nodes\/\{node\}\/network$/,
];

/** `GET /nodes/{node}/status` reads; a change that may destroy something counts as one that does. */
export function kindOf(operation: Operation): "read" | "write" | "destroy" {
  const { method } = operationFact(operation);
  if (method === "GET") return "read";
  const destructive = method === "DELETE" || DESTRUCTIVE.some((each) => each.test(operation));
  return destructive ? "destroy" : "write";
}

/** True for arguments with which any change destroys something. */
export function isDestructive(args: Args): boolean {
  return ["force", "delete", "regenerate"].some((name) => args[name] === true) ||
    splitList(args.delete).some((key) => key.startsWith("unused"));
}
