/**
 * The command line: picks a command, loads only what that command needs, and turns errors into
 * messages and exit codes.
 *
 * @module
 */
import { EXIT, UsageError } from "./commands/command.ts";
import { COMMANDS } from "./commands.ts";
import { ConfigError } from "../config/config_error.ts";
import { writeErr, writeOut } from "../base/process/console.ts";
import { lookup } from "../base/lookup.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { versionLine } from "../base/process/version.ts";

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;
  return [
    "proxmox-mcp: an MCP server for Proxmox VE",
    "",
    "Usage: proxmox-mcp [COMMAND] [OPTIONS]",
    "",
    "Commands:",
    ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    "",
    "  --version   Print the version, its commit and Deno's version",
    "  --help      Print this; after a command, print that command's options",
    "",
    "Settings are environment variables: PROXMOX_HOST, PROXMOX_TOKEN_NAME, PROXMOX_TOKEN_VALUE, …",
    "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration",
  ].join("\n");
}

function pick(args: readonly string[]): { name: string; rest: string[] } {
  const [first, ...rest] = args;
  return first === undefined || first.startsWith("-")
    ? { name: "serve", rest: [...args] }
    : { name: first, rest };
}

/** Runs the command line; answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "--version") return writeOut(versionLine());
  if (args[0] === "--help" || args[0] === "-h" || args[0] === "help") return writeOut(help());
  const { name, rest } = pick(args);
  const command = lookup(COMMANDS, name);
  if (!command) {
    writeErr(`There is no command "${name}".${didYouMean(name, Object.keys(COMMANDS))}`);
    writeErr("proxmox-mcp --help lists the commands");
    return EXIT.usage;
  }
  try {
    return await (await command.load()).run(rest);
  } catch (error) {
    return fail(name, error);
  }
}

function fail(name: string, error: unknown): number {
  if (error instanceof ConfigError) {
    writeErr(error.message);
    for (const line of [...error.problems, ...error.warnings]) writeErr(`  ${line}`);
    if (error.hint !== undefined) writeErr(error.hint);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    writeErr(error.message);
    writeErr(`proxmox-mcp ${name} --help explains the command`);
    return EXIT.usage;
  }
  writeErr(`Cannot go on: ${errorMessage(error)}`);
  return EXIT.failed;
}
