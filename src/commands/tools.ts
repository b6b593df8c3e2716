/**
 * `tools`: lists the tools, or explains one.
 *
 * @module
 */
import { writeOut } from "../console.ts";
import { doorEntries } from "../door/door.ts";
import type { ToolEntry } from "../mcp/schema.ts";
import { didYouMean } from "../nearest.ts";
import { CATEGORIES, type CategoryName } from "../tool/categories.ts";
import { type ActionManual, manualOf, type ParamManual, type ToolManual } from "../tool/manual.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

const DOOR = doorEntries({ compact: false, readOnly: false });
const NAMES = [...TOOLS.map(({ tool }) => tool.name), ...DOOR.map(({ name }) => name)];

function section(title: string, tools: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...NAMES.map((name) => name.length)) + 2;
  return [
    `${title} (${tools.length})`,
    ...tools.map(([name, words]) => `  ${name.padEnd(width)}${words}`),
    "",
  ];
}

function listLines(): string[] {
  const sections = (Object.keys(CATEGORIES) as CategoryName[]).flatMap((category) => {
    const tools = TOOLS.filter((each) => each.category === category);
    const rows = tools.map(({ tool }) => [tool.name, tool.title] as const);
    return rows.length === 0 ? [] : section(CATEGORIES[category].title, rows);
  });
  const door = DOOR.map(({ name, annotations }) => [name, annotations.title] as const);
  return [...sections, ...section("The whole API", door)];
}

/** The parameters of a tool that is no row of the table. */
function doorLines({ name, description, inputSchema }: ToolEntry): string[] {
  const { properties, required = [] } = inputSchema;
  const lines = Object.entries(properties).map(([param, { type = "any" }]) =>
    paramLine({ name: param, type, required: required.includes(param) })
  );
  return [`${name}: ${description}`, ...lines];
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

/** What there is to say of one tool; `proxmox_` may be left out. */
function explain(given: string, json: boolean): string {
  const name = given.startsWith("proxmox_") ? given : `proxmox_${given}`;
  const registered = TOOLS.find(({ tool }) => tool.name === name);
  if (registered) {
    const manual = manualOf(registered);
    return json ? JSON.stringify(manual, null, 2) : manualLines(manual).join("\n");
  }
  const entry = DOOR.find((each) => each.name === name);
  if (entry) return json ? JSON.stringify(entry, null, 2) : doorLines(entry).join("\n");
  throw new UsageError(`There is no tool "${given}".${didYouMean(name, NAMES)}`);
}

/** `tools [NAME]`. */
export const command = defineCommand({
  usage: "tools [NAME]",
  about: "Lists the tools by category, or explains one: actions, parameters, tier, privileges.",
  options: { json: { type: "boolean", words: "As JSON" } },
  words: [0, 1],
  firstWord: "tool",
  examples: ["proxmox-mcp tools", "proxmox-mcp tools proxmox_guest_snapshot"],
  run: ({ json = false }, [name]) => {
    if (name !== undefined) writeOut(explain(name, json));
    else if (json) writeOut(JSON.stringify(TOOLS.map(manualOf), null, 2));
    else writeOut(listLines().join("\n").trimEnd());
    return EXIT.ok;
  },
});
