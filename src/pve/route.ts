/**
 * Finds the operation of a method and a path: static segments win over placeholders, as in PVE.
 *
 * @module
 */
import { type Operation, operationNames, pathParams } from "./api.ts";

/** An operation and the values of its placeholders. */
export interface Route {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

interface Branch {
  readonly statics: Map<string, Branch>;
  placeholder?: { readonly name: string; readonly branch: Branch };
  readonly operations: Map<string, Operation>;
}

/** Placeholders that take the rest of the path, slashes included. */
const GREEDY = new Set(["volume", "cidr"]);

function newBranch(): Branch {
  return { statics: new Map(), operations: new Map() };
}

let root: Branch | undefined;

function tree(): Branch {
  if (root) return root;
  root = newBranch();
  for (const operation of operationNames()) {
    const space = operation.indexOf(" ");
    let branch = root;
    for (const segment of segmentsOf(operation.slice(space + 1))) branch = grow(branch, segment);
    branch.operations.set(operation.slice(0, space), operation);
  }
  return root;
}

function grow(branch: Branch, segment: string): Branch {
  const name = /^\{([\w-]+)\}$/.exec(segment)?.[1];
  if (name === undefined) {
    const known = branch.statics.get(segment) ?? newBranch();
    branch.statics.set(segment, known);
    return known;
  }
  branch.placeholder ??= { name, branch: newBranch() };
  return branch.placeholder.branch;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/**
 * Finds the operation of a path below `/api2/json`.
 *
 * @param path Decoded as a whole, which is what PVE does before it splits it.
 */
export function route(method: string, path: string): Route | undefined {
  let branch = tree();
  const values: Record<string, string> = {};
  const segments = segmentsOf(path);
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] ?? "";
    const next = branch.statics.get(segment);
    if (next) {
      branch = next;
      continue;
    }
    if (!branch.placeholder) return undefined;
    const { name } = branch.placeholder;
    branch = branch.placeholder.branch;
    if (GREEDY.has(name)) {
      values[name] = segments.slice(index).join("/");
      break;
    }
    values[name] = segment;
  }
  const operation = branch.operations.get(method);
  return operation && { operation, path: named(operation, values) };
}

/** The same place of the tree may be named differently by different methods. */
function named(operation: Operation, values: Record<string, string>): Record<string, string> {
  const found = Object.values(values);
  return Object.fromEntries(pathParams(operation).map((name, index) => [name, found[index] ?? ""]));
}
