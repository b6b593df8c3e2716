/**
 * The version of the program, for MCP and for `--version`.
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };

/** Version of the program, as in deno.json. */
export const VERSION: string = config.version;

/** The commit that a bundle or binary was made from; scripts/bundle.ts writes it into them. */
const commit = (globalThis as { readonly PROXMOX_MCP_COMMIT?: string }).PROXMOX_MCP_COMMIT;

/** What `--version` prints: the program's version, its commit and Deno's version. */
export function versionLine(): string {
  return `proxmox-mcp ${VERSION} (${commit ?? "from source"}, Deno ${Deno.version.deno})`;
}
