/**
 * What the API of Proxmox VE does not have, and goes over SSH: whether it is set up, and its errors.
 *
 * @module
 */
import { SshError } from "../ssh/types.ts";
import { ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import { opens } from "../tool/server_rights.ts";

/** What goes over SSH, and whether it may. */
const RIGHTS = {
  ssh: { what: "Commands in containers", setting: "sshEnabled" },
  snippets: { what: "Snippets", setting: "snippetsEnabled" },
} as const;

/**
 * Refuses what goes over SSH where that is not set up, or not for who calls.
 *
 * @throws {ToolError}
 */
export function checkSsh(
  { config }: Pick<ReadContext, "config">,
  right: keyof typeof RIGHTS,
): void {
  const { what, setting } = RIGHTS[right];
  if (config[setting]) return;
  throw new ToolError(`${what} are switched off`, {
    reason: "The API of Proxmox VE has no such thing, so they go over SSH, which is not set up",
    notes: [
      opens(right, config),
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
