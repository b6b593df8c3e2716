/**
 * All tools of the program, from the manifest that the folder scan writes.
 *
 * @module
 */
import { type CategoryName, isElevatedCategory } from "./categories.ts";
import type { Action, ToolDefinition } from "./define.ts";

/** A tool in its category. */
export interface RegisteredTool {
  readonly category: CategoryName;
  readonly tool: ToolDefinition;
}

/** A tool's whole name; `proxmox_` may be left out. */
export function wholeName(name: string): string {
  return name.startsWith("proxmox_") ? name : `proxmox_${name}`;
}

/** Basic tools are always there; elevated ones need `PROXMOX_ALLOW_ELEVATED=true`. */
export type Tier = "basic" | "elevated";

/** The tier of an action: what changes something is elevated, and so are some categories whole. */
export function tierOf(category: CategoryName, action: Action): Tier {
  return action.kind !== "read" || isElevatedCategory(category) ? "elevated" : "basic";
}

/** The actions of a tool that a tier allows. */
export function allowedActions(registered: RegisteredTool, tier: Tier): [string, Action][] {
  return Object.entries(registered.tool.actions).filter(([, action]) =>
    tier === "elevated" || tierOf(registered.category, action) === "basic"
  );
}
