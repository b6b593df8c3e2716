/**
 * Deletions that Proxmox VE answers alike whether there was something to delete or not.
 *
 * @module
 */
import { saysMissing } from "../answer/hints/not_found.ts";
import { logOutcome } from "../answer/task_answer.ts";
import type { ReadOperation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import type { ReadContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";

/**
 * Looks for what is to be deleted, and fails in Proxmox VE's words when there is no such thing.
 * Whatever else it says of the look, it is left to judge the deletion.
 *
 * @param name The parameter that names it.
 */
export function onlyWhatIsThere(
  look: ReadOperation,
  name: string,
): (args: Args, context: ReadContext) => Promise<Args> {
  return async (args, context) => {
    try {
      await context.request(look, { [name]: args[name] });
    } catch (error) {
      if (error instanceof PveError && saysMissing(error)) throw error;
      context.signal.throwIfAborted();
    }
    return args;
  };
}

/** What the task says of a file that was not there, before it says that it was removed. */
const NO_FILE = /^disk image '.*' does not exist$/;

/** Whether a volume was deleted, and what the task says of it, or was not there. */
export function deletedVolume(context: ReadContext, args: Args, result: CallResult): Outcome {
  const wasThere = result.task?.log.every((line) => !NO_FILE.test(line)) ?? true;
  return wasThere
    ? logOutcome(context, args, result)
    : { title: `There was no ${args.volume}: nothing was deleted` };
}
