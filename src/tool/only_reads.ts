/**
 * What PROXMOX_READ_ONLY refuses.
 *
 * @module
 */
import { ToolError } from "./answer.ts";

/** The error of what a server that only reads does not do. */
export function onlyReads(title: string): ToolError {
  return new ToolError(title, {
    denied: true,
    reason: "PROXMOX_READ_ONLY=true is set in its environment",
    notes: ["Nothing was done"],
  });
}
