/**
 * What the benchmark asks a server over the canned cluster.
 *
 * @module
 */
import type { McpProcess, Result } from "./mcp_process.ts";

/** A tool, and the one request that it takes. */
export interface Ask {
  readonly tool: string;
  readonly path: string;
  /** What the text of a right answer holds. */
  readonly text: string;
}

export const SMALL: Ask = {
  tool: "proxmox_get_next_vmid",
  path: "/api2/json/cluster/nextid",
  text: "104",
};

/** The list of so many guests. */
export function listOf(guests: number): Ask {
  return {
    tool: "proxmox_guest_list",
    path: "/api2/json/cluster/resources",
    text: guests.toLocaleString("en"),
  };
}

function textOf(result: Result): string {
  const [block] = result.content as readonly { readonly text?: string }[];
  return block?.text ?? "";
}

/** Calls a tool, and makes sure that it answers as it should. */
export async function ask(server: McpProcess, { tool, text }: Ask): Promise<void> {
  const result = await server.call(tool);
  if (result.isError !== true && textOf(result).includes(text)) return;
  throw new Error(`${tool} answered wrongly: ${textOf(result)}`);
}
