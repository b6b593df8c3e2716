/**
 * Tools in their categories: which tier their actions are of, and which tool a name means.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { nearest, suggestionText } from "../base/text/nearest.ts";
import { type CategoryName, isElevatedCategory } from "./categories.ts";
import { TOOL_WORDS } from "./compatibility_table.ts";
import type { Action, ToolDefinition } from "./define.ts";

/** A tool in its category. */
export interface RegisteredTool {
  readonly category: CategoryName;
  readonly tool: ToolDefinition;
}

/** As much of a tool as it takes to choose it: what is known of all before any is loaded. */
export interface ToolOutline {
  readonly category: CategoryName;
  readonly tool: {
    readonly name: string;
    readonly actions: Readonly<Record<string, Pick<Action, "kind">>>;
  };
}

/** A tool's whole name; `proxmox_` may be left out. */
export function wholeName(name: string): string {
  return name.startsWith("proxmox_") ? name : `proxmox_${name}`;
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split("_").map((word) => lookup(TOOL_WORDS, word) ?? word);
}

/** Names that share most words with one, such as guest_start for start_vm. */
function sharingWords(name: string, known: readonly string[]): string[] {
  const wanted = new Set(wordsOf(name));
  const scored = known.map((each) => ({
    each,
    // Most names have a guest in them.
    shared: wordsOf(each).filter((word) => wanted.has(word))
      .reduce((sum, word) => sum + (word === "guest" ? 1 : 2), 0),
  }));
  const most = Math.max(1, ...scored.map(({ shared }) => shared));
  const best = scored.filter(({ shared }) => shared === most).map(({ each }) => each);
  return best.toSorted((one, other) => one.length - other.length).slice(0, 3);
}

/** ` Did you mean "…"?` for the nearest tools: what all names begin with says nothing. */
export function didYouMeanTool(name: string, known: Iterable<string>): string {
  const bare = (each: string): string => each.replace(/^proxmox_/, "");
  const names = [...known].map(bare);
  const near = nearest(bare(name), names, 3);
  const found = near.length > 0 ? near : sharingWords(bare(name), names);
  return suggestionText(found.map(wholeName));
}

/** Basic tools are always there; elevated ones need `PROXMOX_ALLOW_ELEVATED=true`. */
export type Tier = "basic" | "elevated";

/** The tier of an action: what changes something is elevated, and so are some categories whole. */
export function tierOf(category: CategoryName, action: Pick<Action, "kind">): Tier {
  return action.kind !== "read" || isElevatedCategory(category) ? "elevated" : "basic";
}

/** The actions of a tool that a tier allows. */
export function allowedActions(registered: RegisteredTool, tier: Tier): [string, Action][] {
  return Object.entries(registered.tool.actions).filter(([, action]) =>
    tier === "elevated" || tierOf(registered.category, action) === "basic"
  );
}
