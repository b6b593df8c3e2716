/**
 * The table of the program's commands, for the command line and its documentation.
 *
 * @module
 */
import type { CommandTable } from "./commands/command.ts";

/** All commands, each loaded only when it is asked for. */
export const COMMANDS: CommandTable = {
  serve: {
    summary: "Serve MCP over stdio; the default. --demo serves the embedded Proxmox VE",
    load: async () => (await import("./commands/serve.ts")).command,
  },
  demo: {
    summary: "Show a short tour over the embedded Proxmox VE",
    load: async () => (await import("./commands/demo.ts")).command,
  },
  doctor: {
    summary: "Check settings, connection, certificate, token and privileges",
    load: async () => (await import("./commands/doctor.ts")).command,
  },
  call: {
    summary: "Call one tool",
    load: async () => (await import("./commands/call.ts")).command,
  },
  tools: {
    summary: "List the tools, or explain one",
    load: async () => (await import("./commands/tools.ts")).command,
  },
  config: {
    summary: "Print the configuration of an MCP client",
    load: async () => (await import("./commands/config.ts")).command,
  },
  audit: {
    summary: "Verify the chain of an audit log, or rotate the log",
    load: async () => (await import("./commands/audit.ts")).command,
  },
  health: {
    summary: "Ask the server that runs over HTTP on this machine whether it is alive",
    load: async () => (await import("./commands/health.ts")).command,
  },
  simulator: {
    summary: "Serve the embedded Proxmox VE over HTTPS on this machine",
    load: async () => (await import("./commands/simulator.ts")).command,
  },
  completions: {
    summary: "Print completions for a shell",
    load: async () => (await import("./commands/completions.ts")).completionsCommand(COMMANDS),
  },
};
