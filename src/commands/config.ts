/**
 * `config`: prints what an MCP client wants to have in its configuration file. The snippet alone
 * goes to stdout, so that it can be piped; where to put it is said on stderr.
 *
 * @module
 */
import { type Environment, processEnvironment, readSettings } from "../config.ts";
import { ConfigError } from "../config_error.ts";
import { writeErr, writeOut } from "../console.ts";
import { lookup } from "../lookup.ts";
import { didYouMean } from "../nearest.ts";
import { type Setting, SETTING_NAMES, SETTINGS } from "../settings.ts";
import { toolChoiceProblems } from "../tool/toolset.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { permissions } from "./permissions.ts";
import { type ClientForm, CLIENTS } from "./client_configs.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

/** What stands in place of a person's own host. */
const EXAMPLE_HOST = "pve1.example.com";
const SECRET = "PROXMOX_TOKEN_VALUE";

/** How this program was started, for a client to start it again. */
export interface Program {
  /** True in a compiled binary. */
  readonly standalone: boolean;
  readonly execPath: string;
  readonly denoVersion: string;
  /** Address of the main module. */
  readonly mainModule: string;
}

/** This process; without permission to know where Deno is, its name has to do. */
function thisProgram(): Program {
  return {
    standalone: Deno.build.standalone,
    execPath: execPath(),
    denoVersion: Deno.version.deno,
    mainModule: Deno.mainModule,
  };
}

function execPath(): string {
  try {
    return Deno.execPath();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "deno";
    throw error;
  }
}

/** The package of a module that came from JSR, with its version. */
function jsrPackage(address: string): string | undefined {
  const [, name, version] = /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(address) ?? [];
  return name && version ? `jsr:${name}@${version}` : undefined;
}

/** The command and arguments that start the program again, with these permissions. */
export function startOf(
  program: Program,
  allowed: readonly string[],
): { readonly command: string; readonly args: string[] } {
  if (program.standalone) return { command: program.execPath, args: [] };
  const module = jsrPackage(program.mainModule) ?? program.mainModule;
  // npx keeps Deno in a cache of its own, whose path may be gone tomorrow.
  const run = ["run", "--no-prompt", ...allowed, module];
  return /[\\/]_npx[\\/]/.test(program.execPath)
    ? { command: "npx", args: ["-y", `deno@${program.denoVersion}`, ...run] }
    : { command: program.execPath, args: run };
}

/**
 * The settings for a client: those of the environment, proposals for what is not set,
 * and never a secret.
 */
function settingsFor(client: ClientForm, environment: Environment): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [key, { proposed, inConfig = true }] of Object.entries<Setting>(SETTINGS)) {
    if (!inConfig) continue;
    const name = `PROXMOX_${key}`;
    const value = environment.get(name) || (key === "HOST" ? EXAMPLE_HOST : proposed);
    if (name === SECRET) {
      if (environment.get("PROXMOX_TOKEN_VALUE_FILE")) continue;
      env[name] = client.secret ?? "the secret of your token";
    } else if (value) env[name] = value;
  }
  return env;
}

/** Refuses settings with which the server would not start; what is missing is not among them. */
function checkSettings(environment: Environment): void {
  const problems: string[] = [];
  const { TOOLSETS = [], TOOLS: single = [], EXCLUDE_TOOLS = [] } = readSettings(
    environment,
    SETTING_NAMES,
    problems,
  );
  problems.push(...toolChoiceProblems(TOOLS, { TOOLSETS, TOOLS: single, EXCLUDE_TOOLS }));
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The snippet for a client. */
export function snippet(
  client: ClientForm,
  program: Program,
  environment: Environment,
  options: { readonly demo: boolean; readonly name: string },
): string {
  const { command, args } = startOf(program, permissions(options.demo ? undefined : environment));
  return client.render({
    name: options.name,
    command,
    args: options.demo ? [...args, "--demo"] : args,
    env: options.demo ? {} : settingsFor(client, environment),
  });
}

/** `config CLIENT`. */
export const command = defineCommand({
  usage: "config CLIENT",
  about: `Prints what a client wants to have in its configuration: ${
    Object.keys(CLIENTS).join(", ")
  }.
Settings that are in the environment are taken over, secrets are not.`,
  options: {
    demo: { type: "boolean", words: "For the embedded Proxmox VE, without settings" },
    name: { type: "string", value: "NAME", words: "Name of the server in the client (proxmox)" },
  },
  words: [1, 1],
  firstWord: "client",
  examples: ["proxmox-mcp config claude-desktop", "proxmox-mcp config vscode --demo"],
  run: ({ demo = false, name = "proxmox" }, [chosen = ""]) => {
    const client = lookup(CLIENTS, chosen);
    if (!client) {
      const known = Object.keys(CLIENTS);
      throw new UsageError(
        `There is no client "${chosen}", but ${known.join(", ")}.${didYouMean(chosen, known)}`,
      );
    }
    if (!demo) checkSettings(processEnvironment);
    writeErr(`For ${client.title}, add this to ${client.files.join(" or ")}:`);
    writeOut(snippet(client, thisProgram(), processEnvironment, { demo, name }));
    return EXIT.ok;
  },
});
