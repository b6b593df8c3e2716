/**
 * Whether a call may be done at all: by its tier, on a server that only reads, with a token or a
 * login.
 *
 * @module
 */
import { refusesTokens } from "../pve/api.ts";
import { closedToTokens, type Closure } from "../pve/login/closed_to_tokens.ts";
import { ToolError } from "../tool/answer.ts";
import type { Action } from "../tool/define.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { allFacts, allOperations } from "../tool/operation.ts";
import { type RegisteredTool, tierOf } from "../tool/registry.ts";
import { opens } from "../tool/server_rights.ts";
import type { Services } from "../tool/services.ts";
import { closedError, isOpenTo } from "../guard/by_login.ts";
import { callLabel } from "./respond.ts";
import type { SelectedAction } from "./select_action.ts";

/**
 * Refuses what the tier does not allow, or what neither token nor login may do. A dry run changes
 * nothing, so that it takes no tier: what it would take is told in its answer.
 *
 * @throws {ToolError} When it is not allowed.
 */
export function permit(
  services: Services,
  { category, tool }: RegisteredTool,
  { action, actionName }: SelectedAction,
  isDryRun: boolean,
): void {
  const which = callLabel(tool, actionName);
  const closure = closureOf(action);
  const user = services.pve.loginUser;
  const isByLogin = closure !== undefined && user !== undefined;
  const elevated = isByLogin || tierOf(category, action) === "elevated";
  if (elevated && services.config.readOnly) {
    throw onlyReads(
      isByLogin
        ? `${which} is done as ${user}, and this server only reads`
        : `${which} changes something, and this server only reads`,
      services.config,
    );
  }
  if (isDryRun) return;
  if (elevated && !services.config.allowElevated) {
    throw new ToolError(`${which} needs the elevated tier`, {
      kind: "denied",
      reason: opens("change", services.config),
      notes: ["Nothing was done"],
    });
  }
  if (closure && !isOpenTo(user, closure)) throw closedError(which, closure, services);
}

/** Why no token may do an action, whatever its arguments. */
function closureOf(action: Action): Closure | undefined {
  if (action.run || !allFacts(action).every(refusesTokens)) return undefined;
  const [operation] = allOperations(action);
  return operation && closedToTokens(operation, {});
}
