/**
 * What is there now, as a judgement needs it: an answer of the expected shape, or nothing where it
 * was refused or makes no sense.
 *
 * @module
 */
import { pathParams } from "../api.ts";
import { PveError } from "../errors.ts";
import type { Args } from "../encode.ts";
import type { CurrentState, ReadOperation } from "./effect.ts";

/** An object that PVE answers. */
export interface Row {
  readonly [key: string]: unknown;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function read(state: CurrentState, operation: ReadOperation, args: Args): Promise<unknown> {
  try {
    return await state.get(operation, args);
  } catch (error) {
    if (error instanceof PveError) return undefined;
    throw error;
  }
}

/** The object that a read answers, or undefined when it could not be read. */
export async function readRow(
  state: CurrentState,
  operation: ReadOperation,
  args: Args,
): Promise<Row | undefined> {
  const data = await read(state, operation, args);
  return isRow(data) ? data : undefined;
}

/** The rows that a read answers, or undefined when they could not be read. */
export async function readRows(
  state: CurrentState,
  operation: ReadOperation,
  args: Args,
): Promise<readonly Row[] | undefined> {
  const data = await read(state, operation, args);
  return Array.isArray(data) && data.every(isRow) ? data : undefined;
}

/** The arguments that fill the path of an operation. */
export function pathArgs(operation: string, args: Args): Args {
  return Object.fromEntries(pathParams(operation).map((name) => [name, args[name]]));
}

/** What a read by path answers of what the arguments name. */
export function readNamed(
  state: CurrentState,
  operation: ReadOperation,
  args: Args,
): Promise<Row | undefined> {
  return readRow(state, operation, pathArgs(operation, args));
}
