/**
 * Which tools a server offers: all, some categories, single tools, or the compact gateway.
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
  readonly toolsets: readonly string[];
  readonly tools: readonly string[];
  readonly excludeTools: readonly string[];
  readonly readOnly: boolean;
}

/** The choice of a server without settings. */
export const EVERYTHING: ToolChoice = {
  toolsets: [],
  tools: [],
  excludeTools: [],
  readOnly: false,
};

/** What a server offers. */
export interface Toolset {
  /** The gateway alone: search, call, and running any tool by name. */
  readonly compact: boolean;
  /** Names of the gateway's tools that are offered. */
  readonly gateway: readonly string[];
  readonly tools: readonly RegisteredTool[];
}

/** The word that stands for the gateway alone. */
const COMPACT = "compact";

function unknownNames(
  setting: string,
  names: readonly string[],
  known: readonly string[],
  where: string,
): string[] {
  return names.filter((name) => !known.includes(name)).map((name) =>
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
  choice: Omit<ToolChoice, "readOnly">,
): string[] {
  const tools = shortNames(all.map(({ tool }) => tool.name));
  const gateway = shortNames(Object.values(GATEWAY));
  const sets = [...Object.keys(CATEGORIES), COMPACT, "all"];
  const where = "proxmox-mcp tools --all lists the tools";
  return [
    ...unknownNames("TOOLSETS", choice.toolsets, sets, `There are: ${sets.join(", ")}`),
    ...unknownNames("TOOLS", shortNames(choice.tools), tools, where),
    ...unknownNames(
      "EXCLUDE_TOOLS",
      shortNames(choice.excludeTools),
      [...tools, ...gateway],
      where,
    ),
  ];
}

/** The setting that leaves a tool out, or undefined. */
export function leftOutBy(
  registered: RegisteredTool,
  choice: ToolChoice,
): (typeof TOOL_CHOICE)[number] | undefined {
  const { toolsets, tools, excludeTools, readOnly } = choice;
  const [name = ""] = shortNames([registered.tool.name]);
  if (shortNames(excludeTools).includes(name)) return "EXCLUDE_TOOLS";
  const named = shortNames(tools).includes(name);
  if (!named && toolsets.length === 0 && tools.length > 0) return "TOOLS";
  const whole = toolsets.length === 0 || toolsets.includes("all") || toolsets.includes(COMPACT);
  if (!named && !whole && !toolsets.includes(registered.category)) return "TOOLSETS";
  const actions = allowedActions(registered, readOnly ? "basic" : "elevated");
  return actions.length === 0 ? "READ_ONLY" : undefined;
}

/**
 * The tools that the settings choose: `tools` adds to `toolsets`, `excludeTools` takes away, and so
 * does `readOnly` what only changes.
 *
 * @throws {ConfigError} With every unknown name and the nearest known one.
 */
export function chooseTools(all: readonly RegisteredTool[], choice: ToolChoice): Toolset {
  const problems = toolChoiceProblems(all, choice);
  if (problems.length > 0) throw new ConfigError(problems);
  const compact = choice.toolsets.includes(COMPACT);
  const without = shortNames(choice.excludeTools);
  return {
    compact,
    gateway: Object.values(GATEWAY).filter((name) =>
      (compact || name !== GATEWAY.run) &&
      !shortNames([name]).some((each) => without.includes(each))
    ),
    tools: all.filter((each) => leftOutBy(each, choice) === undefined),
  };
}
