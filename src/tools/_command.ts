/**
 * How commands inside guests are answered, whether in VMs or in containers.
 *
 * @module
 */
import { type Answer, ToolError } from "../tool/answer.ts";

/** What a command left: how it ended, and what it wrote. */
export type CommandEnd = Required<Pick<Answer, "object" | "texts" | "notes">>;

/**
 * The answer to a command that has ended.
 *
 * @param where The guest in words.
 * @param failure How it ended, when not well.
 * @throws {ToolError} With what it left, when it failed.
 */
export function commandAnswer(
  where: string,
  failure: string | undefined,
  { notes, ...answer }: CommandEnd,
): Answer {
  if (failure === undefined) {
    return { title: `The command has ended in ${where}`, ...answer, notes };
  }
  throw new ToolError(`The command failed in ${where}`, { reason: failure, answer, notes });
}
