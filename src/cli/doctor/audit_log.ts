/**
 * Checks whether the audit log can be written: without it nothing that changes something is done.
 *
 * @module
 */
import { auditTrouble } from "../../guard/audit.ts";
import type { Finding } from "./finding.ts";

/** Whether the file of PROXMOX_AUDIT_LOG can be written. */
export function auditFinding(path: string): Finding {
  const check = "Audit log";
  const trouble = auditTrouble(path);
  if (!trouble) return { check, status: "ok", text: `"${path}" gets a line for each change` };
  const { reason, hint, isOurs } = trouble;
  return {
    check,
    // A client may start the server with more than this command was given.
    status: isOurs ? "warn" : "fail",
    text: `PROXMOX_AUDIT_LOG="${path}": ${reason}; without it nothing is changed`,
    fix: isOurs ? `${hint}, as \`proxmox-mcp config CLIENT\` writes it for a client` : hint,
  };
}
