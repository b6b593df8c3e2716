/**
 * Resources: what the tools read, by address and as Markdown. A resource is the answer of a tool,
 * so it is masked, cleaned, bounded and permitted in the same way.
 *
 * @module
 */
import type { Answer } from "../tool/answer.ts";
import { manualOf } from "../tool/manual.ts";
import { entryPage, manualPage } from "./tool_page.ts";
import { renderMarkdown } from "../answer/markdown.ts";
import { didYouMean } from "../base/text/nearest.ts";
import type { CompletionSource } from "./completion_source.ts";
import type { ToolCatalog } from "./tool_catalog.ts";
import { mcpError } from "./errors.ts";
import { type Reading, RESOURCES, type ResourceSpec, type Values } from "./resource_specs.ts";
import {
  ErrorCode,
  type McpError,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
} from "./sdk.ts";

const SCHEME = "proxmox://";
const MARKDOWN = "text/markdown";
/** JSON-RPC code that MCP gives to a resource that does not exist. */
const NOT_FOUND = -32002;

function offered(offer: ToolCatalog): ResourceSpec[] {
  return RESOURCES.filter(({ reading }) => !reading || offer.find(reading.tool) !== undefined);
}

function isTemplate({ path }: ResourceSpec): boolean {
  return path.includes("{");
}

/** What a list says of a resource besides its address. */
function described({ name, title, description }: ResourceSpec): Omit<Resource, "uri"> {
  return { name, title, description, mimeType: MARKDOWN };
}

/** The answer to `resources/list`. */
export function listResources(offer: ToolCatalog): { resources: Resource[] } {
  const resources = offered(offer).filter((spec) => !isTemplate(spec))
    .map((spec) => ({ uri: SCHEME + spec.path, ...described(spec) }));
  return { resources };
}

/** The answer to `resources/templates/list`. */
export function listTemplates(offer: ToolCatalog): { resourceTemplates: ResourceTemplate[] } {
  const resourceTemplates = offered(offer).filter(isTemplate)
    .map((spec) => ({ uriTemplate: SCHEME + spec.path, ...described(spec) }));
  return { resourceTemplates };
}

/** Where the values of a template's variable come from. */
export function templateSource(
  offer: ToolCatalog,
  uriTemplate: string,
  variable: string,
): CompletionSource | undefined {
  return offered(offer).find(({ path }) =>
    SCHEME + path === uriTemplate && path.includes(`{${variable}}`)
  )?.source;
}

function valuesOf(path: string, given: readonly string[]): Values | undefined {
  const pattern = path.split("/");
  if (pattern.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    const value = given[index] ?? "";
    if (name === undefined ? segment !== value : value === "") return undefined;
    if (name !== undefined) values[name] = value;
  }
  return values;
}

function segmentsOf(uri: string): string[] {
  if (!uri.startsWith(SCHEME)) return [];
  try {
    return uri.slice(SCHEME.length).split("/").map(decodeURIComponent);
  } catch {
    return []; // A stray per cent sign: no resource has such an address.
  }
}

function notFound(uri: string, why: string): McpError {
  return mcpError(NOT_FOUND, why, { uri });
}

/** The manual page of a tool. */
function toolPage(offer: ToolCatalog, uri: string, name: string): string {
  const registered = offer.find(name);
  if (registered) return manualPage(manualOf(registered));
  const entry = offer.findDoor(name);
  if (entry) return entryPage(entry);
  throw notFound(uri, `There is no tool "${name}".${didYouMean(name, offer.names())}`);
}

/** A failed call as the error that MCP has for it. */
function errorOf(uri: string, { title, failure, notes = [] }: Answer): McpError {
  const why = [title, failure?.reason, ...notes].filter((each) => each !== undefined).join(". ");
  return failure?.missing ? notFound(uri, why) : mcpError(ErrorCode.InternalError, why);
}

/**
 * The answer to `resources/read`.
 *
 * @throws {McpError} When there is no such resource, or it cannot be read.
 */
export async function readResource(
  offer: ToolCatalog,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const segments = segmentsOf(uri);
  for (const { path, reading } of offered(offer)) {
    const values = valuesOf(path, segments);
    if (!values) continue;
    const text = reading
      ? await readMarkdown(offer, uri, reading, values, signal)
      : toolPage(offer, uri, values.tool ?? "");
    return { contents: [{ uri, mimeType: MARKDOWN, text }] };
  }
  const known = offered(offer).map(({ path }) => SCHEME + path).join(", ");
  throw notFound(uri, `There is no resource "${uri}". There are: ${known}`);
}

async function readMarkdown(
  offer: ToolCatalog,
  uri: string,
  { tool, args }: Reading,
  values: Values,
  signal: AbortSignal,
): Promise<string> {
  const answer = await offer.answer(tool, args(values), { signal });
  if (answer.failure) throw errorOf(uri, answer);
  return renderMarkdown(answer, tool);
}
