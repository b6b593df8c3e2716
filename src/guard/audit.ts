/**
 * The audit log: one line of JSON before and one after each elevated call. When it cannot be
 * written, nothing is done.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { log, redact } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { ToolError } from "../tool/answer.ts";
import type { AuditLog } from "../tool/services.ts";
import { sanitizeText } from "../base/text/sanitize.ts";

/**
 * An audit log in a file, appended to; the file is made readable by its owner alone.
 *
 * @param caller Whose calls they are, where several people write to one file.
 */
export function fileAuditLog(path: string, now: () => number, caller?: string): AuditLog {
  const encoder = new TextEncoder();
  return {
    write: (entry): void => {
      const time = new Date(now()).toISOString();
      const record = { time, ...defined({ caller }), ...entry };
      const line = JSON.stringify(
        record,
        (_, value: unknown) => typeof value === "string" ? sanitizeText(redact(value)) : value,
      );
      try {
        const options = { append: true, create: true, mode: 0o600 };
        Deno.writeFileSync(path, encoder.encode(line + "\n"), options);
      } catch (error) {
        const reason = errorMessage(error);
        log("audit").error(`Cannot write to "${path}": ${reason}`);
        throw new ToolError(`${entry.tool} was not done: the audit log cannot be written`, {
          denied: true,
          reason: `PROXMOX_AUDIT_LOG="${path}": ${reason}`,
          notes: [
            "Nothing was done",
            `The server needs write permission for the file: --allow-write=${path}`,
          ],
        });
      }
    },
  };
}
