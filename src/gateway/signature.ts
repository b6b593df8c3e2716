/**
 * What a tool or an operation takes and does, in words that are enough to call it.
 *
 * @module
 */
import { whenTaking } from "../pve/effects/effects.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import { type ActionManual, manualOf, type ParamManual, takingText } from "../tool/manual.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { privilegeText } from "../tool/privileges.ts";
import { shortChoices } from "./parameter_text.ts";

/** What becomes of the cluster by a call. */
export type Doing = "reads" | "changes" | "takes away";

/** What an action does: `reads`, `changes`, `takes away with delete`. */
function doingOf({ tool }: RegisteredTool, action: ActionManual): string {
  if (tool.actions[action.name ?? "default"]?.kind === "read") return "reads";
  const taking = takingText(action, "takes away");
  return taking === "" || action.confirmed ? taking || "changes" : `changes, ${taking}`;
}

/** The gravest thing that a tool does. */
export function toolDoing(registered: RegisteredTool): Doing {
  const all = manualOf(registered).actions.map((action) => doingOf(registered, action));
  if (all.some((each) => each.startsWith("takes away"))) return "takes away";
  return all.every((each) => each === "reads") ? "reads" : "changes";
}

/** What an operation does. */
export function operationDoing(operation: Operation): Doing {
  if (operationFact(operation).method === "GET") return "reads";
  return whenTaking(operation) === "always" ? "takes away" : "changes";
}

/** A line of a signature: which action, and what it takes. */
export interface SignatureLine {
  /** `action=create`; `arguments` of a tool that does one thing. */
  readonly which: string;
  readonly takes: string;
}

function namesText(parameters: readonly ParamManual[]): string {
  const names = parameters.toSorted((one, other) => Number(other.required) - Number(one.required))
    .map(({ name, required }) => required ? name : `${name}?`);
  return names.join(", ") || "nothing";
}

/** What a parameter's name does not say: its type, choices, a word of explanation. */
function detail({ name, type, enum: choices, description }: ParamManual): string[] {
  if (name === "vmid" && description === undefined) return [];
  const described = choices?.every((each) => description?.includes(each)) ?? false;
  const values = choices && !described ? shortChoices(choices) : type;
  const parts = [
    ["string", "number or name"].includes(values) || described ? "" : values,
    description ?? "",
  ].filter((each) => each !== "");
  return parts.length === 0 ? [] : [`${name}: ${parts.join(", ")}`];
}

/** A tool's signature, a line for all actions that take the same, and a last one on parameters. */
export function toolSignature(registered: RegisteredTool): SignatureLine[] {
  const { discriminator, actions } = manualOf(registered);
  const names = new Map<string, string[]>();
  for (const action of actions) {
    const description = action.description === undefined ? "" : ` (${action.description})`;
    const takes = `${namesText(action.parameters)} (${doingOf(registered, action)})${description}`;
    names.set(takes, [...names.get(takes) ?? [], action.name ?? ""]);
  }
  const lines = [...names].map(([takes, alike]) => ({
    which: discriminator === undefined ? "arguments" : `${discriminator}=${alike.join("/")}`,
    takes,
  }));
  const details = new Set(actions.flatMap(({ parameters }) => parameters.flatMap(detail)));
  return details.size === 0
    ? lines
    : [...lines, { which: "where", takes: [...details].join("; ") }];
}

/** A signature as one line. */
export function inOneLine(lines: readonly SignatureLine[]): string {
  return lines.map(({ which, takes }) => `${which}: ${takes}`).join(" · ");
}

/** What an operation takes and needs, by the names of its parameters. */
export function operationSignature(operation: Operation): SignatureLine[] {
  const fact = operationFact(operation);
  const required = Object.entries(fact.params).filter(([, { optional }]) => !optional);
  const names = required.map(([name]) => name);
  const all = Object.values(fact.params).filter(({ before9 }) => !before9);
  const more = all.length - names.length;
  return [
    {
      which: "params",
      takes: `${names.join(", ") || "nothing"}${more === 0 ? "" : `, and ${more} more if wanted`}`,
    },
    { which: "needs", takes: privilegeText(fact) },
  ];
}
