/**
 * Deletions of volumes, whose tasks go well whether there was something to delete or not.
 *
 * @module
 */
import { logOutcome } from "../answer/task_answer.ts";
import type { Args } from "../pve/encode.ts";
import type { ReadContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";

/** What the task says of a file that was not there, before it says that it was removed. */
const NO_FILE = /^disk image '.*' does not exist$/;

/** Whether a volume was deleted, and what the task says of it, or was not there. */
export function deletedVolume(context: ReadContext, args: Args, result: CallResult): Outcome {
  const wasThere = result.task?.log.every((line) => !NO_FILE.test(line)) ?? true;
  return wasThere
    ? logOutcome(context, args, result)
    : { title: `There was no ${args.volume}: nothing was deleted` };
}
