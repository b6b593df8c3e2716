/**
 * Which tools a server offers: all, some categories, single tools, or the compact door.
 *
 * @module
 */
import { ConfigError } from "../config/config_error.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { CATEGORIES } from "./categories.ts";
import { GATEWAY } from "./gateway_names.ts";
import { allowedActions, type RegisteredTool } from "./registry.ts";

/** The settings that choose tools, or take actions from them. */
export const TOOL_CHOICE = ["TOOLSETS", "TOOLS", "EXCLUDE_TOOLS", "READ_ONLY"] as const;

/** What these settings say. */
export interface ToolChoice {
  readonly TOOLSETS: readonly string[];
  readonly TOOLS: readonly string[];
  readonly EXCLUDE_TOOLS: readonly string[];
  readonly READ_ONLY: boolean;
}

/** The choice of a server without settings. */
export const EVERYTHING: ToolChoice = {
  TOOLSETS: [],
  TOOLS: [],
  EXCLUDE_TOOLS: [],
  READ_ONLY: false,
};

/** What a server offers. */
export interface Toolset {
  /** The door alone: search, call, and running any tool by name. */
  readonly compact: boolean;
  /** Names of the door's tools that are offered. */
  readonly door: readonly string[];
  readonly tools: readonly RegisteredTool[];
}

/** The word that stands for the door alone. */
const COMPACT = "compact";

function unknownNames(
  setting: string,
  given: readonly string[],
  known: readonly string[],
  where: string,
): string[] {
  return given.filter((name) => !known.includes(name)).map((name) =>
    `PROXMOX_${setting}: there is no "${name}".${didYouMean(name, known) || ` ${where}`}`
  );
}

/** Tool names without their prefix, which a user may leave out. */
function shortNames(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/^proxmox_/, ""));
}

/** Every name in the settings that is none, with the nearest known one. */
export function toolChoiceProblems(
  all: readonly RegisteredTool[],
  choice: Omit<ToolChoice, "READ_ONLY">,
): string[] {
  const tools = shortNames(all.map(({ tool }) => tool.name));
  const sets = [...Object.keys(CATEGORIES), COMPACT, "all"];
  const named = (setting: "TOOLS" | "EXCLUDE_TOOLS"): string[] =>
    unknownNames(
      setting,
      shortNames(choice[setting]),
      setting === "TOOLS" ? tools : [...tools, ...shortNames(Object.values(GATEWAY))],
      "proxmox-mcp tools --all lists the tools",
    );
  return [
    ...unknownNames("TOOLSETS", choice.TOOLSETS, sets, `There are: ${sets.join(", ")}`),
    ...named("TOOLS"),
    ...named("EXCLUDE_TOOLS"),
  ];
}

/** The setting that leaves a tool out, or undefined. */
export function leftOutBy(
  registered: RegisteredTool,
  choice: ToolChoice,
): (typeof TOOL_CHOICE)[number] | undefined {
  const { TOOLSETS, TOOLS, EXCLUDE_TOOLS, READ_ONLY } = choice;
  const [name = ""] = shortNames([registered.tool.name]);
  if (shortNames(EXCLUDE_TOOLS).includes(name)) return "EXCLUDE_TOOLS";
  const named = shortNames(TOOLS).includes(name);
  if (!named && TOOLSETS.length === 0 && TOOLS.length > 0) return "TOOLS";
  const whole = TOOLSETS.length === 0 || TOOLSETS.includes("all") || TOOLSETS.includes(COMPACT);
  if (!named && !whole && !TOOLSETS.includes(registered.category)) return "TOOLSETS";
  const actions = allowedActions(registered, READ_ONLY ? "basic" : "elevated");
  return actions.length === 0 ? "READ_ONLY" : undefined;
}

/**
 * The tools that the settings choose; `TOOLS` adds to `TOOLSETS`, `EXCLUDE_TOOLS` takes away, and
 * so does `READ_ONLY` what only changes.
 *
 * @throws {ConfigError} With every unknown name and the nearest known one.
 */
export function chooseTools(all: readonly RegisteredTool[], choice: ToolChoice): Toolset {
  const problems = toolChoiceProblems(all, choice);
  if (problems.length > 0) throw new ConfigError(problems);
  const compact = choice.TOOLSETS.includes(COMPACT);
  const without = shortNames(choice.EXCLUDE_TOOLS);
  return {
    compact,
    door: Object.values(GATEWAY).filter((name) =>
      (compact || name !== GATEWAY.run) &&
      !shortNames([name]).some((each) => without.includes(each))
    ),
    tools: all.filter((each) => leftOutBy(each, choice) === undefined),
  };
}
