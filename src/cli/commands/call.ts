/**
 * `call`: runs one tool from the shell, on the same path and with the same answer as over MCP.
 *
 * @module
 */
import { writeErr, writeOut } from "../../base/process/console.ts";
import { lookup } from "../../base/lookup.ts";
import { ToolCatalog } from "../../mcp/tool_catalog.ts";
import { McpError } from "../../mcp/sdk.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { allClusters, closeAll } from "../services.ts";
import type { AskPerson } from "../../tool/context.ts";
import { wholeName } from "../../tool/registry.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";
import { startingConfig } from "./settings.ts";

/** The arguments of a tool from what follows its name: `key=value`, or JSON objects. */
export function readArguments(positionals: readonly string[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const text of positionals) {
    if (text.trimStart().startsWith("{")) Object.assign(args, readJson(text));
    else addPair(args, text);
  }
  return args;
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    const reason = errorMessage(error);
    throw new UsageError(`Cannot read the arguments as JSON: ${reason}`);
  }
}

/** A key that is given again makes a list. */
function addPair(args: Record<string, unknown>, text: string): void {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`Expected key=value or a JSON object, got "${text}"`);
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  const previous = lookup(args, key);
  if (previous === undefined) args[key] = value;
  else args[key] = Array.isArray(previous) ? [...previous, value] : [previous, value];
}

async function readLine(): Promise<string> {
  const buffer = new Uint8Array(1024);
  const length = await Deno.stdin.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

/** Asks at the terminal; there is nobody to ask where stdin is not one. */
function askAtTerminal(confirmAll: boolean): { readonly ask?: AskPerson } {
  if (confirmAll) return { ask: () => Promise.resolve("accept") };
  if (!Deno.stdin.isTerminal()) return {};
  return {
    ask: async (question) => {
      writeErr(`${question} [y/N]`);
      return /^y(es)?$/i.test((await readLine()).trim()) ? "accept" : "decline";
    },
  };
}

/** A person at a terminal sees a series as a line of bars, too. */
function forTerminal(tool: string, args: Readonly<Record<string, unknown>>): typeof args {
  const actions = TOOLS.find((each) => each.tool.name === tool)?.tool.actions ?? {};
  const action = lookup(actions, String(args.action ?? "default"));
  const draws = action?.extraParams !== undefined && "sparkline" in action.extraParams;
  return draws && Deno.stdout.isTerminal() ? { sparkline: true, ...args } : args;
}

/** Progress on stderr, each message once. */
function progressOnStderr(): (message: string, percent: number | undefined) => void {
  let last = "";
  return (message, percent) => {
    const line = percent === undefined ? `… ${message}` : `… ${message} (${Math.round(percent)} %)`;
    if (line !== last) writeErr(line);
    last = line;
  };
}

/** `call TOOL [KEY=VALUE …]`. */
export const command = defineCommand({
  usage: "call TOOL [KEY=VALUE … | JSON]",
  about: `Calls one tool with the settings of the environment, and prints its answer.
Progress goes to stderr. A key that is given twice makes a list.`,
  options: {
    json: { type: "boolean", description: "Print the answer's data as JSON" },
    demo: { type: "boolean", description: "Call it on the embedded Proxmox VE" },
    yes: { type: "boolean", short: "y", description: "Confirm what would be asked" },
  },
  positionals: [1, Infinity],
  firstPositional: "tool",
  examples: [
    "proxmox-mcp call proxmox_guest_list filter=status=running",
    `proxmox-mcp call proxmox_guest_snapshot --json '{"action":"list","vmid":"web01"}'`,
  ],
  failure: "the tool answered with an error",
  run: async ({ json, demo = false, yes = false }, [name = "", ...positionals]) => {
    const args = readArguments(positionals);
    const clusters = allClusters(startingConfig(demo), demo);
    const stop = new AbortController();
    const onInterrupt = (): void => stop.abort(new Error("Stopped by Ctrl+C"));
    Deno.addSignalListener("SIGINT", onInterrupt);
    try {
      const tool = wholeName(name);
      const catalog = new ToolCatalog({ clusters, tools: TOOLS });
      const answer = await catalog.call(tool, json ? args : forTerminal(tool, args), {
        signal: stop.signal,
        progress: progressOnStderr(),
        ...askAtTerminal(yes),
      });
      writeOut(
        json ? JSON.stringify(answer.structuredContent, null, 2) : answer.content[0].text,
      );
      return answer.isError ? EXIT.failed : EXIT.ok;
    } catch (error) {
      // There is no such tool, or the settings leave it out.
      if (!(error instanceof McpError)) throw error;
      throw new UsageError(error.message.replace(/^MCP error -?\d+: /, ""));
    } finally {
      Deno.removeSignalListener("SIGINT", onInterrupt);
      closeAll(clusters);
    }
  },
});
