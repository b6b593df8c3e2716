/**
 * Which tools a server offers: all, some categories, single tools, or the compact door.
 *
 * @module
 */
import { ConfigError } from "../config.ts";
import { didYouMean } from "../nearest.ts";
import { CATEGORIES } from "./categories.ts";
import type { RegisteredTool } from "./registry.ts";

/** The settings that choose tools. */
export interface ToolChoice {
  readonly TOOLSETS: readonly string[];
  readonly TOOLS: readonly string[];
  readonly EXCLUDE_TOOLS: readonly string[];
}

/** What a server offers. */
export interface Toolset {
  /** The door alone: search, call, and running any tool by name. */
  readonly compact: boolean;
  readonly tools: readonly RegisteredTool[];
}

/** The word that stands for the door alone. */
const COMPACT = "compact";

function checkNames(
  setting: string,
  given: readonly string[],
  known: readonly string[],
  problems: string[],
): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    problems.push(`PROXMOX_${setting}: there is no "${name}".${didYouMean(name, known)}`);
  }
}

/** Tool names without their prefix, which a user may leave out. */
function shortNames(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/^proxmox_/, ""));
}

/**
 * The tools that the settings choose; `TOOLS` adds to `TOOLSETS`, `EXCLUDE_TOOLS` takes away.
 *
 * @throws {ConfigError} With every unknown name and the nearest known one.
 */
export function chooseTools(all: readonly RegisteredTool[], choice: ToolChoice): Toolset {
  const problems: string[] = [];
  const known = shortNames(all.map(({ tool }) => tool.name));
  const named = shortNames(choice.TOOLS);
  const excluded = shortNames(choice.EXCLUDE_TOOLS);
  checkNames("TOOLSETS", choice.TOOLSETS, [...Object.keys(CATEGORIES), COMPACT, "all"], problems);
  checkNames("TOOLS", named, known, problems);
  checkNames("EXCLUDE_TOOLS", excluded, known, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const everything = choice.TOOLSETS.includes("all") || choice.TOOLSETS.includes(COMPACT) ||
    (choice.TOOLSETS.length === 0 && named.length === 0);
  const tools = all.filter(({ category, tool }) => {
    const [name = ""] = shortNames([tool.name]);
    const chosen = everything || choice.TOOLSETS.includes(category) || named.includes(name);
    return chosen && !excluded.includes(name);
  });
  return { compact: choice.TOOLSETS.includes(COMPACT), tools };
}
