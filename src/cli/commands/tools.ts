/**
 * `tools`: lists the tools, or explains one.
 *
 * @module
 */
import { clusterSources, processEnvironment, readSettings } from "../../config/config.ts";
import { type Environment, sourceOf } from "../../config/source.ts";
import { ConfigError } from "../../config/config_error.ts";
import { writeErr, writeOut } from "../../base/process/console.ts";
import { gatewayEntries } from "../../gateway/entries.ts";
import type { ToolEntry } from "../../tool/schema.ts";
import { CATEGORIES, type CategoryName } from "../../tool/categories.ts";
import {
  type ActionManual,
  manualOf,
  type ParamManual,
  tierText,
  type ToolManual,
} from "../../tool/manual.ts";
import { didYouMeanTool, wholeName } from "../../tool/registry.ts";
import {
  chooseTools,
  EVERYTHING,
  leftOutBy,
  TOOL_CHOICE,
  type ToolChoice,
  type Toolset,
} from "../../tool/toolset.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { GATEWAY } from "../../tool/gateway_names.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

const NAMES: readonly string[] = [...TOOLS.map(({ tool }) => tool.name), ...Object.values(GATEWAY)];

/** The entries of a server's API gateway. */
function gatewayOf(gateway: Toolset["gateway"]): ToolEntry[] {
  return gatewayEntries({
    names: gateway,
    compact: gateway.includes(GATEWAY.run),
    readOnly: false,
  });
}

/** What the settings say of tools; a wrong name in them is reported as when the server starts. */
function choiceOf(environment: Environment): ToolChoice {
  const problems: string[] = [];
  const choice = readSettings(sourceOf(environment), TOOL_CHOICE, problems);
  const areReadOnly = [...clusterSources(environment, problems).values()]
    .map((source) => readSettings(source, ["READ_ONLY"], problems).readOnly);
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  // All of them have defaults.
  return { ...choice as ToolChoice, readOnly: areReadOnly.every((each) => each === true) };
}

function section(title: string, tools: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...NAMES.map((name) => name.length)) + 2;
  return [
    `${title} (${tools.length})`,
    ...tools.map(([name, title]) => `  ${name.padEnd(width)}${title}`),
    "",
  ];
}

function listLines(toolset: Toolset): string[] {
  const { tools } = toolset;
  const sections = (Object.keys(CATEGORIES) as CategoryName[]).flatMap((category) => {
    const rows = tools.filter((each) => each.category === category)
      .map(({ tool }) => [tool.name, tool.title] as const);
    return rows.length === 0 ? [] : section(CATEGORIES[category].title, rows);
  });
  const gateway = gatewayOf(toolset.gateway).map(({ name, annotations }) =>
    [name, annotations.title] as const
  );
  return gateway.length === 0 ? sections : [...sections, ...section("The whole API", gateway)];
}

/** How the settings of the environment make the list differ from all that there is. */
function listNotes({ tools, listed }: Toolset, choice: ToolChoice): string[] {
  const leftOut = [...new Set(TOOLS.flatMap((each) => leftOutBy(each, choice) ?? []))];
  const names = leftOut.map((name) => `PROXMOX_${name}`).join(" and ");
  return [
    ...(leftOut.length === 0 ? [] : [
      `${names} left ${tools.length} of ${TOOLS.length} tools; tools --all lists every one`,
    ]),
    ...(listed.length === tools.length ? [] : [
      `PROXMOX_TOOLSETS: clients see ${listed.length} of these and those of the whole API, which run all others`,
    ]),
  ];
}

/** The parameters of a tool that is no row of the table. */
function gatewayLines({ name, description, inputSchema }: ToolEntry): string[] {
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
    param.description,
  ];
  return `    ${param.name}: ${details.filter((each) => each !== undefined).join("; ")}`;
}

function actionLines(action: ActionManual, discriminator: string | undefined): string[] {
  const tier = tierText(action);
  return [
    action.name === undefined
      ? `  (${tier})${action.description ? ` ${action.description}` : ""}`
      : `  ${discriminator}=${action.name} (${tier})${
        action.description ? ` ${action.description}` : ""
      }`,
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
function explain(input: string, json: boolean, choice: ToolChoice): string {
  const name = wholeName(input);
  const registered = TOOLS.find(({ tool }) => tool.name === name);
  if (registered) {
    const leftOut = leftOutBy(registered, choice);
    if (leftOut) writeErr(`The settings of the environment leave it out: PROXMOX_${leftOut}`);
    const manual = manualOf(registered);
    return json ? JSON.stringify(manual, null, 2) : manualLines(manual).join("\n");
  }
  const { gateway } = chooseTools(TOOLS, choice);
  const entry = gatewayOf([...new Set([...gateway, name])]).find((each) => each.name === name);
  if (entry) return json ? JSON.stringify(entry, null, 2) : gatewayLines(entry).join("\n");
  throw new UsageError(`There is no tool "${input}".${didYouMeanTool(name, NAMES)}`);
}

/** `tools [NAME]`. */
export const command = defineCommand({
  usage: "tools [NAME]",
  about:
    `Lists the tools that the server offers, by category, or explains one: actions, parameters, tier,
privileges. ${TOOL_CHOICE.map((name) => `PROXMOX_${name}`).join(", ")} count.`,
  options: {
    json: { type: "boolean", description: "As JSON" },
    all: { type: "boolean", description: "List every tool, whatever the settings" },
  },
  positionals: [0, 1],
  firstPositional: "tool",
  examples: ["proxmox-mcp tools", "proxmox-mcp tools proxmox_guest_snapshot"],
  run: ({ json = false, all = false }, [name]) => {
    const choice = all ? EVERYTHING : choiceOf(processEnvironment);
    const toolset = chooseTools(TOOLS, choice);
    if (name !== undefined) writeOut(explain(name, json, choice));
    else {
      writeOut(
        json
          ? JSON.stringify(toolset.tools.map(manualOf), null, 2)
          : listLines(toolset).join("\n").trimEnd(),
      );
      listNotes(toolset, choice).forEach((note) => writeErr(note));
    }
    return EXIT.ok;
  },
});
