/**
 * Reads that may be refused.
 *
 * @module
 */
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";

/** What a read answers, or nothing where it is not there or the token may not see it. */
export async function maybe<T = Row>(
  context: ReadContext,
  operation: Parameters<ReadContext["request"]>[0],
  args: Args = {},
): Promise<T | undefined> {
  try {
    return (await context.request(operation, args)).data as T;
  } catch (error) {
    if (error instanceof PveError) return undefined;
    throw error;
  }
}
