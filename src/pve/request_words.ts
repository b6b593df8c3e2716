/**
 * A request in words: which operation, on what.
 *
 * @module
 */
import { type Operation, operationFact, operationNames, pathParams } from "./api.ts";
import type { Args } from "./encode.ts";

/** The argument that names what an operation makes: the placeholder of the path below its own. */
function nameOfNew(operation: Operation): string | undefined {
  const { method, path } = operationFact(operation);
  if (method !== "POST") return undefined;
  const below = operationNames().find((each) => each.startsWith(`GET ${path}/{`));
  return below && pathParams(below).at(pathParams(path).length);
}

/** `PUT /access/users/anna@pve`, `POST /access/groups groupid=admins` */
export function requestWords(operation: Operation, args: Args): string {
  const filled = operation.replace(
    /\{([\w-]+)\}/g,
    (place, name: string) => String(args[name] ?? place),
  );
  const name = nameOfNew(operation);
  const value = name === undefined ? undefined : args[name];
  return value === undefined ? filled : `${filled} ${name}=${value}`;
}
