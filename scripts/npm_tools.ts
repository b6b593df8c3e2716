/**
 * Tools from npm that only the checks run. They are no dependencies of the project: each has a
 * fixed version and a lock file of its own, `tools/NAME.lock`, so that nothing below it moves.
 *
 * @module
 */
import { ROOT } from "./project.ts";

/** Packages by the names of their lock files. */
export const NPM_TOOLS = {
  conformance: "@modelcontextprotocol/conformance@0.1.16",
  "conformance-2026": "@modelcontextprotocol/conformance@0.2.0-alpha.12",
  "dockerfile-utils": "dockerfile-utils@0.16.3",
  inspector: "@modelcontextprotocol/inspector@2.12.0",
  mcpb: "@anthropic-ai/mcpb@2.1.2",
} as const;

/** Where the versions of all that a tool depends on stand. */
export function lockFile(name: keyof typeof NPM_TOOLS): string {
  return `${ROOT}tools/${name}.lock`;
}

/** Arguments of Deno that run a tool; the tool's own follow. */
export function npmTool(
  name: keyof typeof NPM_TOOLS,
  permissions: readonly string[] = ["--allow-all"],
): string[] {
  const pinned = ["--no-config", "--frozen", `--lock=${lockFile(name)}`];
  return ["run", "--no-prompt", ...permissions, ...pinned, `npm:${NPM_TOOLS[name]}`];
}
