/**
 * Reads once what several calls ask for at the same time: who asks before the first request is sent
 * for it gets the same answer, which is as new as one of their own would be.
 *
 * @module
 */
import { refusesTokens } from "../pve/api.ts";
import type { Answer } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { allFacts } from "../tool/operation.ts";
import { type RegisteredTool, tierOf } from "../tool/registry.ts";
import type { Services } from "../tool/services.ts";
import { runTool } from "./run.ts";
import { selectAction, type SelectedAction } from "./select_action.ts";

/** The action that a call names; none when it is wrong, which the path of the call says. */
function selected({ tool }: RegisteredTool, raw: unknown): SelectedAction | undefined {
  try {
    return selectAction(tool, raw);
  } catch {
    return undefined;
  }
}

/**
 * What calls have in common that get the same answer; nothing for one that may change something, is
 * written down or followed while it goes on.
 */
function keyOf(
  { clock, guests }: Services,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): string | undefined {
  if (input.collect || input.redacts) return undefined;
  const named = selected(registered, raw);
  if (!named) return undefined;
  const { action, actionName } = named;
  const isFollowed = input.progress !== undefined && (action.run ?? action.slow) !== undefined;
  const isPlain = action.kind === "read" && tierOf(registered.category, action) === "basic" &&
    !action.savesFile && !allFacts(action).some(refusesTokens);
  if (!isPlain || isFollowed) return undefined;
  const { name, title } = registered.tool; // Of a call of the API, the title is its operation.
  // Guests are looked up before the call's own first request; and nobody ends in another's time, but
  // for a second of it.
  const since = [guests.epoch, Math.floor(clock.monotonic() / 1000)];
  return JSON.stringify([name, title, actionName, raw, since]);
}

/** Calls a tool of one cluster, see {@linkcode runTool}, together with who asks the same. */
export async function runShared(
  services: Services,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Answer> {
  const alone = (): Promise<Answer> => runTool(services, registered, raw, input);
  const key = keyOf(services, registered, raw, input);
  if (key === undefined) return await alone();
  try {
    return await services.reads.run(
      key,
      input.signal,
      (signal, begins) => runTool(services, registered, raw, { ...input, signal, begins }),
    );
  } catch (error) {
    if (!input.signal.aborted) throw error;
    return await alone(); // It says why it ends.
  }
}
