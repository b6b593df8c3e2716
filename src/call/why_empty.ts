/**
 * Why a list is empty. Where privileges may be the reason, those that the token has are read: only
 * then it is known whether there is none, or none to be seen.
 *
 * @module
 */
import { emptyListHints, mayHide } from "../answer/hints/empty_list.ts";
import { ownPermissions } from "../pve/permissions.ts";
import type { ListData } from "../tool/answer.ts";
import type { RunningCall } from "./make_context.ts";

/**
 * Hints for a list without rows; none for one that has some.
 *
 * @throws {ToolError} When the token sees nothing of what is listed.
 */
export async function whyEmpty(
  { parsed, secrets, tracker }: Pick<RunningCall, "parsed" | "secrets" | "tracker">,
  list: ListData,
): Promise<string[]> {
  // Of several clusters' lists, what a filter leaves is seen when they are one.
  if (parsed.options.collect && list.total + (list.unfiltered ?? 0) > 0) return [];
  const call = { ...parsed, args: secrets.redactValue(parsed.args) };
  const permissions = mayHide(list, call)
    ? await ownPermissions(tracker.request.bind(tracker), tracker.options.signal)
    : undefined;
  return emptyListHints(list, call, permissions);
}
