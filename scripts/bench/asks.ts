/**
 * What the benchmark asks a server over the canned cluster.
 *
 * @module
 */
import type { McpProcess, Result } from "./mcp_process.ts";

/** A call, and the one request that it takes. */
export interface Ask {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** What the text of a right answer holds. */
  readonly text: string;
}

export const SMALL: Ask = {
  tool: "proxmox_get_next_vmid",
  path: "/api2/json/cluster/nextid",
  text: "104",
};

let others = 0;

/** A small call like no other: those that are equal at the same time are one request. */
export function anotherSmall(): Ask {
  return { ...SMALL, args: { vmid: 100 + others++ } };
}

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
export async function ask(server: McpProcess, { tool, args, text }: Ask): Promise<void> {
  const result = await server.call(tool, args);
  if (result.isError !== true && textOf(result).includes(text)) return;
  throw new Error(`${tool} answered wrongly: ${textOf(result)}`);
}
