/**
 * Writes server.json, the entry in the MCP registry: here without checksums, as there is nothing
 * to download yet, or for a release with those of its MCP bundles. An npm package and an image have no checksum there. Settings and words are those
 * of the bundles' manifest.
 *
 * `--sums FILE` (a release's SHA256SUMS) and `--output FILE` go together; `--check` writes
 * nothing and fails when the file here is stale.
 *
 * @module
 */
import template from "../mcpb/manifest.json" with { type: "json" };
import { writeOfRelease } from "./generated.ts";
import {
  DESCRIPTION,
  IMAGE,
  mcpBundle,
  PACKAGE,
  REGISTRY_NAME,
  releaseUrl,
  REPOSITORY,
  sumOf,
  TARGETS,
  VERSION,
} from "./project.ts";

/** What a person enters, as the manifest describes it. */
interface UserSetting {
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: string | boolean;
  readonly sensitive?: boolean;
}

/** How an image is run for a client over stdio; the health check asks a server over HTTP. */
const RUN_OPTIONS = ["-i", "--rm", "--read-only", "--no-healthcheck"];

function environmentVariables(): unknown[] {
  const settings: Record<string, UserSetting> = template.user_config;
  return Object.entries(template.server.mcp_config.env).map(([name, value]) => {
    const setting = settings[value.replace(/^\$\{user_config\.|\}$/g, "")];
    if (!setting) throw new TypeError(`Cannot find what "${value}" of ${name} stands for`);
    return {
      name,
      description: setting.description,
      format: setting.type,
      isRequired: setting.required,
      isSecret: setting.sensitive ?? false,
      ...(setting.default === undefined || setting.default === ""
        ? {}
        : { default: String(setting.default) }),
    };
  });
}

/** The text of server.json. */
export function serverJson(sums?: ReadonlyMap<string, string>): string {
  const common = {
    transport: { type: "stdio" },
    environmentVariables: environmentVariables(),
  };
  const bundles = TARGETS.map((target) => ({
    registryType: "mcpb",
    identifier: releaseUrl(mcpBundle(target)),
    version: VERSION,
    ...(sums ? { fileSha256: sumOf(sums, mcpBundle(target)) } : {}),
    ...common,
  }));
  const npm = {
    registryType: "npm",
    identifier: PACKAGE,
    version: VERSION,
    runtimeHint: "npx",
    ...common,
  };
  // Its identifier holds the version, and says where the registry is.
  const image = {
    registryType: "oci",
    identifier: `${IMAGE}:${VERSION}`,
    runtimeHint: "docker",
    runtimeArguments: RUN_OPTIONS.map((name) => ({ type: "named", name })),
    ...common,
  };
  const server = {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: REGISTRY_NAME,
    title: template.display_name,
    description: DESCRIPTION,
    version: VERSION,
    repository: { url: REPOSITORY, source: "github" },
    websiteUrl: REPOSITORY,
    packages: [npm, image, ...bundles],
  };
  return JSON.stringify(server, null, 2) + "\n";
}

if (import.meta.main) await writeOfRelease("server.json", serverJson);
