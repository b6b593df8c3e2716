/**
 * Makes the error of what a server that only reads refuses: changes of the cluster, files it would
 * write.
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
