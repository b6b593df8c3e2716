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

/** Tool names with or without their prefix. */
function fullNames(names: readonly string[]): string[] {
  return names.map((name) => name.startsWith("proxmox_") ? name : `proxmox_${name}`);
}

/**
 * The tools that the settings choose; `TOOLS` adds to `TOOLSETS`, `EXCLUDE_TOOLS` takes away.
 *
 * @throws {ConfigError} With every unknown name and the nearest known one.
 */
export function chooseTools(all: readonly RegisteredTool[], choice: ToolChoice): Toolset {
  const problems: string[] = [];
  const known = all.map(({ tool }) => tool.name as string);
  const named = fullNames(choice.TOOLS);
  const excluded = fullNames(choice.EXCLUDE_TOOLS);
  checkNames("TOOLSETS", choice.TOOLSETS, [...Object.keys(CATEGORIES), COMPACT, "all"], problems);
  checkNames("TOOLS", named, known, problems);
  checkNames("EXCLUDE_TOOLS", excluded, known, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const everything = choice.TOOLSETS.includes("all") || choice.TOOLSETS.includes(COMPACT) ||
    (choice.TOOLSETS.length === 0 && named.length === 0);
  const tools = all.filter(({ category, tool }) =>
    (everything || choice.TOOLSETS.includes(category) || named.includes(tool.name)) &&
    !excluded.includes(tool.name)
  );
  return { compact: choice.TOOLSETS.includes(COMPACT), tools };
}
