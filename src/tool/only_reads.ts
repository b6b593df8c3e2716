/**
 * Makes the error of what a server that only reads refuses: changes of the cluster, files it would
 * write.
 *
 * @module
 */
import { ToolError } from "./answer.ts";
import { opens, type Whose } from "./server_rights.ts";

/** The error of what a server that only reads does not do. */
export function onlyReads(title: string, whose: Whose): ToolError {
  return new ToolError(title, {
    kind: "denied",
    reason: opens("write", whose),
    notes: ["Nothing was done"],
  });
}
