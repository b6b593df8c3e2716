/**
 * Which tools a server offers, and which of them it lists: all, some categories, single tools, a core,
 * or none but the gateway.
 *
 * @module
 */
import { ConfigError } from "../config/config_error.ts";
import { lookup } from "../base/lookup.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { CATEGORIES } from "./categories.ts";
import { GATEWAY } from "./gateway_names.ts";
import { type RegisteredTool, tierOf, type ToolOutline } from "./registry.ts";

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
export interface Toolset<Tool extends ToolOutline = RegisteredTool> {
  /** Tools in `tools/list`; where these are not all, the others are run by the gateway. */
  readonly listed: readonly Tool[];
  /** Names of the gateway's tools that are offered. */
  readonly gateway: readonly string[];
  readonly tools: readonly Tool[];
}

/** What most work begins with. */
export const FIRST_TOOLS = [
  "proxmox_guest_list",
  "proxmox_guest_status",
  "proxmox_guest_config",
  "proxmox_node_task",
] as const;

/** What does most of the work. */
const CORE_TOOLS: readonly string[] = [
  ...FIRST_TOOLS,
  "proxmox_guest_config_update",
  "proxmox_guest_start",
  "proxmox_guest_shutdown",
  "proxmox_guest_stop",
  "proxmox_guest_reboot",
  "proxmox_guest_snapshot",
  "proxmox_guest_clone",
  "proxmox_guest_migrate",
  "proxmox_guest_resize",
  "proxmox_guest_disk_resize",
  "proxmox_guest_delete",
  "proxmox_create_vm",
  "proxmox_create_lxc",
  "proxmox_backup",
  "proxmox_node",
  "proxmox_cluster",
  "proxmox_report",
  "proxmox_storage_config",
  "proxmox_storage_content",
];

/** Words that offer every tool, and list few: these ones beside those that the settings name. */
const FEW_LISTED: Readonly<Record<string, readonly string[]>> = { compact: [], core: CORE_TOOLS };

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
  all: readonly ToolOutline[],
  choice: Omit<ToolChoice, "readOnly">,
): string[] {
  const tools = shortNames(all.map(({ tool }) => tool.name));
  const gateway = shortNames(Object.values(GATEWAY));
  const sets = [...Object.keys(CATEGORIES), ...Object.keys(FEW_LISTED), "all"];
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

/** True when the settings offer every tool and list only some. */
function listsFew({ toolsets }: ToolChoice): boolean {
  return !toolsets.includes("all") && toolsets.some((each) => Object.hasOwn(FEW_LISTED, each));
}

/** True for a tool that is named, or in a set that is. */
function isNamed({ category, tool }: ToolOutline, { toolsets, tools }: ToolChoice): boolean {
  return shortNames(tools).includes(tool.name.replace(/^proxmox_/, "")) ||
    toolsets.includes(category) ||
    toolsets.some((each) => lookup(FEW_LISTED, each)?.includes(tool.name));
}

/** The setting that leaves a tool out, or undefined. */
export function leftOutBy(
  { category, tool }: ToolOutline,
  choice: ToolChoice,
): (typeof TOOL_CHOICE)[number] | undefined {
  const { toolsets, tools, excludeTools, readOnly } = choice;
  const [name = ""] = shortNames([tool.name]);
  if (shortNames(excludeTools).includes(name)) return "EXCLUDE_TOOLS";
  const named = shortNames(tools).includes(name);
  if (!named && toolsets.length === 0 && tools.length > 0) return "TOOLS";
  const whole = toolsets.length === 0 || toolsets.includes("all") || listsFew(choice);
  if (!named && !whole && !toolsets.includes(category)) return "TOOLSETS";
  const reads = Object.values(tool.actions).some((each) => tierOf(category, each) === "basic");
  return readOnly && !reads ? "READ_ONLY" : undefined;
}

/**
 * The tools that the settings choose: `tools` adds to `toolsets`, `excludeTools` takes away, and so
 * does `readOnly` what only changes.
 *
 * @throws {ConfigError} With every unknown name and the nearest known one.
 */
export function chooseTools<Tool extends ToolOutline>(
  all: readonly Tool[],
  choice: ToolChoice,
): Toolset<Tool> {
  const problems = toolChoiceProblems(all, choice);
  if (problems.length > 0) throw new ConfigError(problems);
  const without = shortNames(choice.excludeTools);
  const tools = all.filter((each) => leftOutBy(each, choice) === undefined);
  const listed = listsFew(choice) ? tools.filter((each) => isNamed(each, choice)) : tools;
  return {
    listed,
    gateway: Object.values(GATEWAY).filter((name) =>
      (name !== GATEWAY.run || listsFew(choice)) &&
      !shortNames([name]).some((each) => without.includes(each))
    ),
    tools,
  };
}
