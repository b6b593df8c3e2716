/**
 * The bundle, started with no more than the README says, and as the binaries start it.
 *
 * @module
 */
import { V8_FLAGS } from "../runtime.ts";
import { ROOT } from "../project.ts";

const FLAGS = ["--no-prompt", "--no-config", "--allow-env=PROXMOX_*", "--ignore-env", V8_FLAGS];

/** Deno with the permissions and the limits that the server has. */
export function strictDeno(file: string, more: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", ...FLAGS, ...more, file];
}

/** The server. */
export const BUNDLE = `${ROOT}dist/proxmox-mcp.js`;

/** Settings of a server for a cluster. */
export function settings(host: string): Record<string, string> {
  return {
    PROXMOX_HOST: host,
    PROXMOX_TOKEN_NAME: "bench",
    PROXMOX_TOKEN_VALUE: "bench-secret",
  };
}
