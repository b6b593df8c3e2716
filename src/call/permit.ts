/**
 * Whether a call may be done at all: by its tier, on a server that only reads, with a token.
 *
 * @module
 */
import { refusesTokens } from "../pve/api.ts";
import { ToolError } from "../tool/answer.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { allFacts } from "../tool/operation.ts";
import { type RegisteredTool, tierOf } from "../tool/registry.ts";
import type { Services } from "../tool/services.ts";
import { callLabel } from "./respond.ts";
import type { SelectedAction } from "./select_action.ts";

/**
 * Refuses what the tier does not allow, or what no API token may do.
 *
 * @throws {ToolError} When it is not allowed.
 */
export function permit(
  services: Services,
  { category, tool }: RegisteredTool,
  { action, actionName }: SelectedAction,
): void {
  const which = callLabel(tool, actionName);
  const elevated = tierOf(category, action) === "elevated";
  if (elevated && services.config.readOnly) {
    throw onlyReads(`${which} changes something, and this server only reads`);
  }
  if (elevated && !services.config.allowElevated) {
    throw new ToolError(`${which} needs the elevated tier`, {
      denied: true,
      reason:
        "To allow it, set PROXMOX_ALLOW_ELEVATED=true in the environment of this server and start it again",
      notes: ["Nothing was done"],
    });
  }
  if (!action.run && allFacts(action).every(refusesTokens)) {
    throw new ToolError(`${which} cannot be done with an API token`, {
      reason: "Proxmox VE allows it only to root@pam logged in with a password",
      notes: ["Nothing was sent; it can be done in the web interface or on the node's shell"],
    });
  }
}
