/**
 * The manual page of a tool in Markdown: what each action does, takes, calls and needs.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { ToolEntry } from "../tool/schema.ts";
import { type ActionManual, type ParamManual, tierText, type ToolManual } from "../tool/manual.ts";
import { literal, markdownTable } from "../answer/markdown.ts";

const COLUMNS = ["Parameter", "Required", "Values", "Default", "About"];

function paramRow(param: ParamManual): string[] {
  return [
    `\`${param.name}\``,
    param.required ? "yes" : "",
    literal(param.enum?.join(", ") ?? param.type),
    literal(String(param.default ?? "")),
    literal(param.description ?? ""),
  ];
}

function paramTable(params: readonly ParamManual[]): string {
  return params.length === 0 ? "No parameters." : markdownTable(COLUMNS, params.map(paramRow));
}

function actionBlocks(action: ActionManual, discriminator: string | undefined): string[] {
  const tier = tierText(action);
  const heading = action.name === undefined
    ? `## Call (${tier})`
    : `## ${discriminator}=${action.name} (${tier})`;
  const operations = action.operations.map((each) => `\`${each}\``).join(", ");
  return [
    heading,
    ...(action.description === undefined ? [] : [literal(action.description)]),
    paramTable(action.parameters),
    [
      `- Proxmox VE: ${operations}${action.task ? "; waits for its task" : ""}`,
      `- Needs: ${literal(action.privileges.join("; "))}`,
    ].join("\n"),
  ];
}

export function manualPage(manual: ToolManual): string {
  return [
    `# ${manual.name}: ${manual.title}`,
    `${manual.description} Category: ${manual.category}.`,
    ...manual.actions.flatMap((action) => actionBlocks(action, manual.discriminator)),
    [
      "Lists also take limit, offset, filter and fields; what starts a task takes wait (seconds).",
      "Every other parameter that Proxmox VE has for an operation is accepted by its name.",
    ].join("\n"),
  ].join("\n\n") + "\n";
}

/** The page of a tool that is known by its entry alone. */
export function entryPage({ name, description, annotations, inputSchema }: ToolEntry): string {
  const { properties, required = [] } = inputSchema;
  const params = Object.entries(properties).map(([param, schema]) => ({
    name: param,
    required: required.includes(param),
    type: schema.type ?? "any",
    ...defined({ description: schema.description }),
  }));
  return [`# ${name}: ${annotations.title}`, description, paramTable(params)]
    .join("\n\n") + "\n";
}
