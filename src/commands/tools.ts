/**
 * `tools`: lists the tools, or explains one.
 *
 * @module
 */
import { writeOut } from "../console.ts";
import { nearest } from "../nearest.ts";
import { CATEGORIES, type CategoryName } from "../tool/categories.ts";
import { type ActionManual, manualOf, type ParamManual, type ToolManual } from "../tool/manual.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

/**
 * The tool of this name; `proxmox_` may be left out.
 *
 * @throws {UsageError} With the nearest names, when there is none.
 */
export function findTool(name: string): RegisteredTool {
  const found = TOOLS.find(({ tool }) => tool.name === name || tool.name === `proxmox_${name}`);
  if (found) return found;
  const near = nearest(name, TOOLS.map(({ tool }) => tool.name), 3);
  const hint = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
  throw new UsageError(`There is no tool "${name}".${hint}`);
}

function listLines(): string[] {
  const width = Math.max(...TOOLS.map(({ tool }) => tool.name.length)) + 2;
  return (Object.keys(CATEGORIES) as CategoryName[]).flatMap((category) => {
    const tools = TOOLS.filter((each) => each.category === category);
    if (tools.length === 0) return [];
    const lines = tools.map(({ tool }) => `  ${tool.name.padEnd(width)}${tool.title}`);
    return [`${CATEGORIES[category].title} (${tools.length})`, ...lines, ""];
  });
}

function paramLine(param: ParamManual): string {
  const details = [
    param.required ? "required" : undefined,
    param.enum ? param.enum.join(", ") : param.type,
    param.default === undefined ? undefined : `default ${param.default}`,
    param.words,
  ];
  return `    ${param.name}: ${details.filter((each) => each !== undefined).join("; ")}`;
}

function actionLines(action: ActionManual, discriminator: string | undefined): string[] {
  const tier = action.confirmed ? `${action.tier}, confirmed` : action.tier;
  return [
    action.name === undefined
      ? `  (${tier})${action.words ? ` ${action.words}` : ""}`
      : `  ${discriminator}=${action.name} (${tier})${action.words ? ` ${action.words}` : ""}`,
    ...action.parameters.map(paramLine),
    `    → ${action.operations.join(", ")}${action.task ? ", waits for its task" : ""}`,
    `    needs ${action.privileges.join("; ")}`,
    "",
  ];
}

function manualLines(manual: ToolManual): string[] {
  return [
    `${manual.name}: ${manual.title} (${manual.category})`,
    manual.description,
    "",
    ...manual.actions.flatMap((action) => actionLines(action, manual.discriminator)),
    "Lists also take limit, offset, filter and fields; what starts a task takes wait.",
    "Every other parameter that Proxmox VE has for an operation is accepted as well.",
  ];
}

/** `tools [NAME]`. */
export const command = defineCommand({
  usage: "tools [NAME]",
  about: "Lists the tools by category, or explains one: actions, parameters, tier, privileges.",
  options: { json: { type: "boolean", words: "As JSON" } },
  words: [0, 1],
  firstWord: "tool",
  examples: ["proxmox-mcp tools", "proxmox-mcp tools proxmox_guest_snapshot"],
  run: ({ json }, [name]) => {
    if (name === undefined) {
      writeOut(json ? JSON.stringify(TOOLS.map(manualOf), null, 2) : listLines().join("\n").trim());
    } else {
      const manual = manualOf(findTool(name));
      writeOut(json ? JSON.stringify(manual, null, 2) : manualLines(manual).join("\n"));
    }
    return EXIT.ok;
  },
});
