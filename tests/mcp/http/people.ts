/**
 * People with API tokens of their own, whom a server over HTTP serves.
 *
 * @module
 */
import { setUpLogging } from "../../../src/base/process/log.ts";
import type { Simulator, SimulatorToken } from "../../../src/simulator/simulator.ts";
import { assertEquals } from "../../assert.ts";
import type { HarnessOptions } from "../../harness.ts";
import { headers, INITIALIZE, post, rpc, type ServedPeople, servePeople } from "./served.ts";

/** The token of a person without any rights. */
export const OTHER: SimulatorToken = {
  id: "dora@pve!laptop",
  secret: "77777777-8888-4999-8aaa-bbbbbbbbbbbb",
};
/** A call that lists guests. */
export const LIST = rpc(1, "tools/call", { name: "proxmox_guest_list", arguments: {} });

/** The header `Authorization` of a token. */
export function bearer({ id, secret }: SimulatorToken): string {
  return `Bearer ${id}=${secret}`;
}

/** Headers of a token. */
export function withToken(token: SimulatorToken): Record<string, string> {
  return { Authorization: bearer(token) };
}

/** Serves three people: one who may do everything, one who may look, one who has no rights. */
export function serve(options: HarnessOptions = {}): ServedPeople {
  const served = servePeople(options);
  addOther(served.simulator);
  return served;
}

/** Makes the person without any rights known to Proxmox VE. */
export function addOther({ cluster }: Simulator): void {
  const [userid = "", tokenid = ""] = OTHER.id.split("!");
  cluster.table("access.users").set(userid, { enable: 1, expire: 0 });
  const { secret } = OTHER;
  cluster.table("access.tokens").set(OTHER.id, { userid, tokenid, secret, expire: 0, privsep: 0 });
}

/** Begins a session by hand: its header. */
export async function begin(
  { url }: Pick<ServedPeople, "url">,
  token: SimulatorToken,
): Promise<{ readonly "Mcp-Session-Id": string }> {
  return await beginWith(url, withToken(token));
}

/** Begins a session with these headers. */
export async function beginWith(
  url: URL,
  more: Readonly<Record<string, string>>,
): Promise<{ readonly "Mcp-Session-Id": string }> {
  const response = await post(url, INITIALIZE, more);
  await response.text();
  assertEquals(response.status, 200);
  return { "Mcp-Session-Id": response.headers.get("mcp-session-id") ?? "" };
}

/** The status of an answer whose body is of no interest. */
export async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

/** Takes a token away in Proxmox VE. */
export function revoke(
  { simulator }: Pick<ServedPeople, "simulator">,
  { id }: SimulatorToken,
): void {
  simulator.cluster.table("access.tokens").delete(id);
}

/** What was logged, at any level, while `work` was done. */
export async function loggedBy(work: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  setUpLogging("debug", "json", (line) => void lines.push(line));
  try {
    await work();
  } finally {
    setUpLogging("error");
  }
  return lines.join("\n");
}

/** To somebody else, the session of another is none: nothing tells it from a guess. */
export async function assertNoSession(
  url: URL,
  { "Mcp-Session-Id": id }: Readonly<Record<"Mcp-Session-Id", string>>,
  somebody: Readonly<Record<string, string>>,
): Promise<void> {
  const answers = [];
  for (const session of [id, crypto.randomUUID()]) {
    for (const method of ["POST", "GET", "DELETE"]) {
      const response = await fetch(url, {
        method,
        headers: headers({ ...somebody, "Mcp-Session-Id": session }),
        ...(method === "POST" ? { body: LIST } : {}),
      });
      if (response.ok) await response.body?.cancel(); // A stream, which would not end.
      answers.push([response.status, response.ok ? "let in" : await response.text()]);
    }
  }
  assertEquals(answers.map(([status]) => status), Array(6).fill(404));
  assertEquals(new Set(answers.map(([, text]) => text)).size, 1, "nothing tells it from a guess");
}
