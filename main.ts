/**
 * proxmox-mcp: an MCP server for Proxmox VE. Hands its arguments to the command line.
 *
 * @module
 */
import { main } from "./src/cli/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
