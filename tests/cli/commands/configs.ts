/**
 * Configurations of clients, as `proxmox-mcp config` prints them.
 *
 * @module
 */
import { CLIENTS } from "../../../src/cli/commands/client_configs.ts";
import { remoteConfig, startedConfig } from "../../../src/cli/commands/config.ts";
import type { Program } from "../../../src/cli/commands/program.ts";
import type { Environment } from "../../../src/config/source.ts";
import { environment } from "../../environment.ts";

/** The program as it is installed. */
export const BINARY: Program = {
  standalone: true,
  execPath: "/home/me/.local/bin/proxmox-mcp",
  denoVersion: "2.9.6",
  mainModule: "file:///proxmox-mcp.js",
};
/** The Deno of a program that npm has fetched. */
export const NPX_DENO = "/root/.npm/_npx/1/node_modules/deno/deno";
/** Settings of a cluster. */
export const SET = environment({
  PROXMOX_HOST: "10.0.0.1",
  PROXMOX_TOKEN_NAME: "robot",
  PROXMOX_TOKEN_VALUE: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  PROXMOX_SSL_MODE: "verify",
});

/** Clients that start a server, and those that take one over HTTP. */
export const STARTING = Object.entries(CLIENTS).filter(([, { stdio }]) =>
  typeof stdio !== "string"
);
export const REMOTE = Object.entries(CLIENTS).filter(([, { http }]) => typeof http !== "string");

/** What a client is given that starts the server. */
export function snippet(
  name: string,
  environment: Environment,
  options = { demo: false, name: "proxmox" },
): string {
  return startedConfig(CLIENTS[name]!, BINARY, environment, options).snippet;
}

/** What a client is given that takes the server over HTTP. */
export function remoteOf(name: string): string {
  return remoteConfig(CLIENTS[name]!, { url: "https://mcp.example.com/mcp", name: "proxmox" })
    .snippet;
}
