/**
 * Answers `prompts/list` and `prompts/get` from the list of all prompts.
 *
 * @module
 */
import { type Guest, GuestLookupError } from "../../pve/guests.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { some } from "../../base/text/units.ts";
import { anyOf } from "../../tool/clusters.ts";
import { type CompletionSource, valuesOf } from "../completion_source.ts";
import type { ToolCatalog } from "../tool_catalog.ts";
import { failureWords, mcpError } from "../errors.ts";
import { ErrorCode, type GetPromptResult, type McpError, type Prompt } from "../sdk.ts";
import { backupReview } from "./backup_review.ts";
import { capacityReport } from "./capacity_report.ts";
import { compose } from "./compose.ts";
import { createGuest } from "./create_guest.ts";
import { diagnoseGuest } from "./diagnose_guest.ts";
import { healthReport } from "./health_report.ts";
import { planNodeMaintenance } from "./plan_node_maintenance.ts";
import type { PromptArgument, PromptSpec } from "./prompt.ts";
import { type PromptSubject, subjectOf } from "./subject.ts";
import { type ReadTool, SectionReader } from "./section_reader.ts";

/** All prompts. */
export const PROMPTS: readonly PromptSpec[] = [
  diagnoseGuest,
  healthReport,
  planNodeMaintenance,
  capacityReport,
  backupReview,
  createGuest,
];

/** What a prompt takes beside its own, where there are several clusters. */
const CLUSTER_ARGUMENT: PromptArgument = {
  name: "cluster",
  description: "Which of the clusters; all, or the one that has what is named, without it",
  source: "cluster",
};

/** The arguments of a prompt. */
function argumentsOf({ clusters }: ToolCatalog, spec: PromptSpec): readonly PromptArgument[] {
  return clusters.size > 1 ? [...spec.arguments, CLUSTER_ARGUMENT] : spec.arguments;
}

/** The answer to `prompts/list`. */
export function listPrompts(catalog: ToolCatalog): { prompts: Prompt[] } {
  const prompts = PROMPTS.map((prompt) => ({
    name: prompt.name,
    title: prompt.title,
    description: prompt.description,
    arguments: argumentsOf(catalog, prompt).map(({ name, description, required }) => ({
      name,
      description,
      required: required === true,
    })),
  }));
  return { prompts };
}

/** An argument of a prompt, or undefined when there is none of that name. */
export function promptArgument(
  catalog: ToolCatalog,
  prompt: string,
  argument: string,
): PromptArgument | undefined {
  const spec = PROMPTS.find(({ name }) => name === prompt);
  return spec && argumentsOf(catalog, spec).find(({ name }) => name === argument);
}

function invalid(message: string): McpError {
  return mcpError(ErrorCode.InvalidParams, message);
}

/** The arguments that are not empty, checked. */
function promptArguments(
  spec: Pick<PromptSpec, "name" | "arguments">,
  input: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = spec.arguments.map(({ name }) => name);
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalid(`"${unknown}" is no argument of ${spec.name}.${didYouMean(unknown, known)}`);
  }
  const entries = Object.entries(input).map(([name, text]) => [name, text.trim()] as const);
  const args = Object.fromEntries(entries.filter(([, text]) => text !== ""));
  const missing = spec.arguments.find(({ name, required }) => required && !args[name]);
  if (missing) throw invalid(`${spec.name} needs "${missing.name}": ${missing.description}`);
  return args;
}

/** What can be checked against a list; a guest is looked up. */
const LISTED: readonly (CompletionSource | undefined)[] = ["guestType", "node", "pool", "storage"];

/** Of these Proxmox VE lists what the token may see. */
const SEEN_IN_PART: readonly CompletionSource[] = ["pool", "storage"];

/** Names that are told. */
const MOST_NAMES = 20;

/** The values that an argument can have; none when they cannot be read. */
async function valuesFor(
  catalog: ToolCatalog,
  source: CompletionSource,
  cluster: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  // Where several have it, or may have it, each of them is looked at.
  if (catalog.clusters.size > 1 && cluster === undefined && source !== "guestType") return [];
  try {
    return await valuesOf(catalog, source, signal, cluster);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** Refuses names of what is not there. */
async function assertListed(
  catalog: ToolCatalog,
  spec: PromptSpec,
  { args, cluster }: PromptSubject,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(spec.arguments.map(async ({ name, source, otherWords = [] }) => {
    const given = args[name];
    if (given === undefined || source === undefined || !LISTED.includes(source)) return;
    const values = await valuesFor(catalog, source, cluster, signal);
    const word = source === "guestType" ? given.toLowerCase() : given;
    if (values.length === 0 || [...values, ...otherWords].includes(word)) return;
    const seen = SEEN_IN_PART.includes(source) ? " that the token may see" : "";
    const near = didYouMean(given, values);
    const there = `there are ${some(values, MOST_NAMES)}${near && `.${near}`}`;
    throw invalid(`There is no ${name} "${given}"${seen}: ${there}`);
  }));
}

/** Reads through the tools of the catalog; one that is not in it is an answer too. */
function readThrough(catalog: ToolCatalog, signal: AbortSignal): ReadTool {
  return async (tool, args): Promise<Answer> => {
    if (catalog.find(tool) || catalog.findGatewayTool(tool)) {
      return await catalog.answer(tool, args, { signal });
    }
    const reason = `This server does not offer ${tool}`;
    return { title: `Cannot do ${tool}`, failure: { kind: "error", reason } };
  };
}

/**
 * The answer to `prompts/get`.
 *
 * @throws {McpError} When there is no such prompt, an argument is missing, or what it is about does
 * not exist.
 */
export async function getPrompt(
  catalog: ToolCatalog,
  name: string,
  input: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<GetPromptResult> {
  const spec = PROMPTS.find((each) => each.name === name);
  if (!spec) {
    throw invalid(
      `There is no prompt "${name}".${didYouMean(name, PROMPTS.map((each) => each.name))}`,
    );
  }
  const known = argumentsOf(catalog, spec);
  const given = promptArguments({ ...spec, arguments: known }, input);
  const now = anyOf(catalog.clusters).clock.now();
  try {
    const subject = await subjectOf(catalog.clusters, spec, given, signal);
    await assertListed(catalog, spec, subject, signal);
    const { args, cluster } = subject;
    const services = catalog.clusters.get(cluster ?? "") ?? anyOf(catalog.clusters);
    const guest = (nameOrVmid: string): Promise<Guest> =>
      services.guests.find(nameOrVmid, undefined, signal);
    const reader = new SectionReader(readThrough(catalog, signal), cluster);
    const body = await spec.build({ args, reader, guest });
    signal.throwIfAborted();
    const text = compose(catalog, body, { now, cluster });
    return {
      description: spec.description,
      messages: [{ role: "user", content: { type: "text", text } }],
    };
  } catch (error) {
    if (error instanceof ToolError) {
      const { fault, parameters } = error.details;
      const code = fault ?? parameters ? ErrorCode.InvalidParams : ErrorCode.InternalError;
      throw mcpError(code, failureWords(error.message, error.details).join(". "));
    }
    const isFault = error instanceof GuestLookupError && error.problem !== "unread";
    throw isFault ? invalid(error.message) : error;
  }
}
