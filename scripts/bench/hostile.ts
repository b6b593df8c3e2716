/**
 * What others notice of a call whose answer from Proxmox VE was made to keep the server busy.
 *
 * @module
 */
import type { Canned } from "./canned.ts";
import { type Line, ratio } from "./line.ts";
import type { McpProcess } from "./mcp_process.ts";

/** Its answer in canned_server.ts has half a megabyte of what is costly to clean, mask and write. */
const HOSTILE = { tool: "proxmox_role", args: { action: "list", limit: 1_000 } };
const PINGS = 500;
/** Milliseconds from one to the next, whether it was answered or not: no moment is passed over. */
const EVERY_MS = 5;

/** The median of many at all moments, and the longest, in milliseconds. */
async function pings(server: McpProcess): Promise<{ median: number; longest: number }> {
  const ping = async (): Promise<number> => {
    const sent = performance.now();
    await server.request("ping", {});
    return performance.now() - sent;
  };
  const sent: Promise<number>[] = [];
  while (sent.length < PINGS) {
    sent.push(ping());
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  const times = (await Promise.all(sent)).sort((one, other) => one - other);
  return { median: times[PINGS / 2] ?? NaN, longest: times.at(-1) ?? NaN };
}

/** How long a ping takes beside hostile calls, one after the other, against one when idle. */
export async function hostileLine(server: McpProcess, canned: Canned): Promise<Line> {
  await pings(server);
  const idle = await pings(server);
  const before = (await canned.tell("stats")).requests;
  let on = true;
  const calls = (async (): Promise<void> => {
    while (on) await server.call(HOSTILE.tool, HOSTILE.args);
  })();
  const beside = await pings(server);
  on = false;
  await calls;
  const made = (await canned.tell("stats")).requests - before;
  const line = ratio({
    what: "A ping beside calls with hostile answers, against one when idle",
    ours: beside.median,
    baseline: idle.median,
    most: 10,
  });
  return {
    ...line,
    measured: `${line.measured}; beside ${made} calls, the longest ${beside.longest.toFixed(0)} ms`,
  };
}
