/**
 * The generated parts of the skill's reference files: every tool of a domain with its actions, as
 * short as a model can do with. The workflow notes around them are written by hand.
 *
 * @module
 */
import type { CategoryName } from "../../src/tool/categories.ts";
import {
  type ActionManual,
  manualOf,
  type ParamManual,
  takingText,
} from "../../src/tool/manual.ts";
import type { RegisteredTool } from "../../src/tool/registry.ts";
import { type GeneratedFile } from "../generated.ts";
import { completed } from "./marked.ts";
import { toolsOf } from "./tools.ts";

const FOLDER = "skills/proxmox-mcp-tools/references";

/** The reference files, and the categories of tools that each has. */
export const REFERENCES: Readonly<Record<string, readonly CategoryName[]>> = {
  "guests": ["guest", "create", "disk", "mountpoint", "cloudinit", "console"],
  "nodes": ["node"],
  "cluster": ["report", "cluster", "ha"],
  "storage": ["storage", "backup"],
  "network": ["sdn"],
  "firewall": ["firewall"],
  "access": ["access"],
  "ceph": ["ceph"],
  "certificates": ["certificate", "acme"],
  "notifications": ["notification"],
  "agent-exec": ["agent", "exec"],
};

/** `snapname` when required, `[description]` when not. */
function paramText({ name, required }: ParamManual): string {
  return required ? name : `[${name}]`;
}

/** What it takes besides reading. */
function conditions(action: ActionManual): string {
  const { tier, task } = action;
  const confirmed = takingText(action);
  const words = [
    ...(tier === "elevated" ? ["elevated"] : []),
    ...(confirmed === "" ? [] : [confirmed]),
    ...(task ? ["waits"] : []),
  ];
  return words.length === 0 ? "" : ` ${words.join(", ")}`;
}

function actionLine(action: ActionManual, discriminator: string | undefined): string {
  const chosen = action.name === undefined ? [] : [`${discriminator}=${action.name}`];
  const usage = [...chosen, ...action.parameters.map(paramText)].join(" ");
  const words = action.description === undefined ? "" : `; ${action.description}`;
  return `- \`${usage === "" ? "no parameters" : usage}\`${conditions(action)}${words}`;
}

/** Choices and descriptions of the parameters, each stated once for a tool. */
function paramLines(actions: readonly ActionManual[]): string[] {
  const seen = new Map<string, string>();
  for (const { parameters } of actions) {
    for (const { name, description, enum: choices } of parameters) {
      const details = [choices?.join(", "), description].filter((each) => each);
      if (details.length > 0 && !seen.has(name)) seen.set(name, details.join("; "));
    }
  }
  return [...seen].map(([name, details]) => `  - \`${name}\`: ${details}`);
}

function toolSection(registered: RegisteredTool): string {
  const { name, description, discriminator, actions } = manualOf(registered);
  const details = paramLines(actions);
  return [
    `### ${name}`,
    "",
    description,
    "",
    ...actions.map((action) => actionLine(action, discriminator)),
    ...(details.length === 0 ? [] : ["- parameters", ...details]),
  ].join("\n");
}

function part(categories: readonly CategoryName[]): string {
  const sections = categories.flatMap(toolsOf).map(toolSection);
  return [
    "<!-- deno-fmt-ignore-start -->",
    "",
    sections.join("\n\n"),
    "",
    "<!-- deno-fmt-ignore-end -->",
  ].join("\n");
}

/** All reference files. */
export async function referenceFiles(): Promise<GeneratedFile[]> {
  return await Promise.all(
    Object.entries(REFERENCES).map(([name, categories]) =>
      completed(`${FOLDER}/${name}.md`, { tools: part(categories) })
    ),
  );
}
