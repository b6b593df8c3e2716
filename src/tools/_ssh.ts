/**
 * What the API of Proxmox VE does not have, and goes over SSH: whether it is set up, and its errors.
 *
 * @module
 */
import { SshError } from "../ssh/types.ts";
import { ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import { opens } from "../tool/server_rights.ts";

/**
 * Refuses what goes over SSH where that is not set up.
 *
 * @param what `Commands in containers are`
 * @throws {ToolError}
 */
export function checkSsh({ config }: Pick<ReadContext, "config">, what: string): void {
  if (config.sshEnabled) return;
  throw new ToolError(`${what} switched off`, {
    reason: "The API of Proxmox VE has no such thing, so they go over SSH, which is not set up",
    notes: [
      opens("ssh", config),
      "Nothing was run",
    ],
  });
}

/** An error of SSH under the title of the call; others as they are. */
export function explainedSsh(error: unknown, title: string): unknown {
  if (!(error instanceof SshError)) return error;
  return new ToolError(title, {
    reason: error.message,
    notes: [error.hint.replace(/\.$/, "")],
  });
}
