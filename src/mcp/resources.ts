/**
 * Answers MCP's requests for resources. A resource is the answer of a tool as Markdown, so it is
 * masked, cleaned, bounded and permitted in the same way.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { Answer, Failure } from "../tool/answer.ts";
import { manualOf } from "../tool/manual.ts";
import { entryPage, manualPage } from "./tool_page.ts";
import { renderMarkdown } from "../answer/markdown.ts";
import { didYouMean } from "../base/text/nearest.ts";
import type { CompletionSource } from "./completion_source.ts";
import type { ToolCatalog } from "./tool_catalog.ts";
import { failureWords, mcpError } from "./errors.ts";
import {
  RESOURCES,
  type ResourceSpec,
  type TemplateValues,
  type ToolCall,
} from "./resource_specs.ts";
import {
  ErrorCode,
  type McpError,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
} from "./sdk.ts";

const SCHEME = "proxmox://";
const MARKDOWN = "text/markdown";
/** Characters of an address that an error repeats. */
const MAX_URI_CHARACTERS = 500;
/** JSON-RPC code that MCP gives to a resource that does not exist. */
const NOT_FOUND = -32002;

function offered(catalog: ToolCatalog): ResourceSpec[] {
  return RESOURCES.filter(({ call }) => !call || catalog.find(call.tool) !== undefined);
}

function isTemplate({ path }: ResourceSpec): boolean {
  return path.includes("{");
}

/** In front of the address of what is one cluster's, where there are several. */
const OF_CLUSTER = "{cluster}/";

function areSeveral({ clusters }: ToolCatalog): boolean {
  return clusters.size > 1;
}

/** The addresses with variables: where there are several clusters, of each one's resources. */
function templates(catalog: ToolCatalog): { readonly path: string; readonly spec: ResourceSpec }[] {
  return offered(catalog).flatMap((spec) => {
    const ofCluster = areSeveral(catalog) && spec.call !== undefined;
    if (!ofCluster && !isTemplate(spec)) return [];
    return [{ path: `${ofCluster ? OF_CLUSTER : ""}${spec.path}`, spec }];
  });
}

/** What a list says of a resource besides its address. */
function listEntry({ name, title, description }: ResourceSpec): Omit<Resource, "uri"> {
  return { name, title, description, mimeType: MARKDOWN };
}

/** The answer to `resources/list`. */
export function listResources(catalog: ToolCatalog): { resources: Resource[] } {
  const resources = offered(catalog).filter((spec) => !isTemplate(spec))
    .map((spec) => ({ uri: SCHEME + spec.path, ...listEntry(spec) }));
  return { resources };
}

/** The answer to `resources/templates/list`. */
export function listTemplates(catalog: ToolCatalog): { resourceTemplates: ResourceTemplate[] } {
  const resourceTemplates = templates(catalog)
    .map(({ path, spec }) => ({ uriTemplate: SCHEME + path, ...listEntry(spec) }));
  return { resourceTemplates };
}

/** Where the values of a template's variable come from. */
export function templateSource(
  catalog: ToolCatalog,
  uriTemplate: string,
  variable: string,
): CompletionSource | undefined {
  const found = templates(catalog).find(({ path }) =>
    SCHEME + path === uriTemplate && path.includes(`{${variable}}`)
  );
  return variable === "cluster" ? found && "cluster" : found?.spec.source;
}

function valuesOf(path: string, segments: readonly string[]): TemplateValues | undefined {
  const pattern = path.split("/");
  if (pattern.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    const value = segments[index] ?? "";
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

function notFound(uri: string, message: string): McpError {
  return mcpError(NOT_FOUND, message, { uri: uri.slice(0, MAX_URI_CHARACTERS) });
}

/** The manual page of a tool. */
function toolPage(catalog: ToolCatalog, uri: string, name: string): string {
  const registered = catalog.find(name);
  if (registered) return manualPage(manualOf(registered));
  const entry = catalog.findGatewayTool(name);
  if (entry) return entryPage(entry);
  throw notFound(uri, `There is no tool "${name}".${didYouMean(name, catalog.names())}`);
}

/** A failed call as the error that MCP has for it. */
function errorOf(
  uri: string,
  { title, notes = [] }: Answer,
  failure: Failure,
  advice: readonly string[],
): McpError {
  const message = [...failureWords(title, failure), ...advice, ...notes].join(". ");
  if (failure.fault === "missing") return notFound(uri, message);
  return mcpError(failure.fault ? ErrorCode.InvalidParams : ErrorCode.InternalError, message);
}

/**
 * The answer to `resources/read`.
 *
 * @throws {McpError} When there is no such resource, or it cannot be read.
 */
export async function readResource(
  catalog: ToolCatalog,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const [first = "", ...rest] = segmentsOf(uri);
  const cluster = areSeveral(catalog) && catalog.clusters.has(first) ? first : undefined;
  const segments = cluster === undefined ? [first, ...rest] : rest;
  for (const { path, call } of offered(catalog)) {
    const values = valuesOf(path, segments);
    if (!values || (cluster !== undefined && !call)) continue;
    const text = call
      ? await readMarkdown(catalog, uri, call, { values, cluster }, signal)
      : toolPage(catalog, uri, values.tool ?? "");
    return { contents: [{ uri, mimeType: MARKDOWN, text }] };
  }
  const paths = [...offered(catalog), ...areSeveral(catalog) ? templates(catalog) : []];
  const known = [...new Set(paths.map(({ path }) => SCHEME + path))].join(", ");
  const near = areSeveral(catalog) ? didYouMean(first, catalog.clusters.keys()) : "";
  throw notFound(uri, `There is no resource "${uri}".${near} There are: ${known}`);
}

async function readMarkdown(
  catalog: ToolCatalog,
  uri: string,
  { tool, args }: ToolCall,
  { values, cluster }: { readonly values: TemplateValues; readonly cluster: string | undefined },
  signal: AbortSignal,
): Promise<string> {
  const named = { ...args(values), ...defined({ cluster }) };
  const answer = await catalog.answer(tool, named, { signal });
  const ofOne = areSeveral(catalog) && cluster === undefined
    ? [`${SCHEME}${OF_CLUSTER}${uri.slice(SCHEME.length)} is the address of what one cluster has`]
    : [];
  if (answer.failure) throw errorOf(uri, answer, answer.failure, ofOne);
  return renderMarkdown(answer, tool);
}
