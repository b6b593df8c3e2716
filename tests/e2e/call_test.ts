/**
 * The command `call` as a user runs it, on the embedded Proxmox VE.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { MARKS, outcomeOf } from "../outcome.ts";
import { needs } from "../programs.ts";
import { type Ended, runLines, start } from "./process.ts";

const ELEVATED = { PROXMOX_ALLOW_ELEVATED: "true" };

function call(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runLines(start(["call", ...args, "--demo"], env), []);
}

Deno.test("call prints a tool's answer and ends with code 0", async () => {
  const { code, stdout, stderr } = await call(["guest_list", "filter=name=web01"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(outcomeOf(stdout), "done", stdout);
  assertStringIncludes(stdout, "web01");
});

Deno.test("call --json prints the answer's data and nothing else", async () => {
  const { code, stdout } = await call(["guest_list", '{"filter":"name=web01"}', "--json"]);
  assertEquals(code, 0);
  const { columns, rows, total } = JSON.parse(stdout) as {
    columns: string[];
    rows: unknown[][];
    total: number;
  };
  assertEquals([total, rows.length], [1, 1]);
  assertEquals(rows[0]?.[columns.indexOf("name")], "web01");
});

Deno.test("call ends with code 1 when the tool answers with an error", async () => {
  const refused = await call(["guest_stop", "vmid=web01"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stdout, `${MARKS.denied}proxmox_guest_stop`);
  const mistyped = await call(["guest_status", "vmdi=web01", "--json"]);
  assertEquals(mistyped.code, 1);
  const { error } = JSON.parse(mistyped.stdout) as { error: { parameters: unknown } };
  assertEquals(typeof error.parameters, "object");
});

Deno.test("call ends with code 2 when there is no such tool, or the settings leave it out", async () => {
  const unknown = await call(["guest_lst"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
  assertStringIncludes(unknown.stderr, 'There is no tool "proxmox_guest_lst".');
  const left = await call(["guest_list"], { PROXMOX_EXCLUDE_TOOLS: "proxmox_guest_list" });
  assertEquals([left.code, left.stdout], [2, ""]);
});

Deno.test("call follows a task, with its progress on stderr", async () => {
  const { code, stdout, stderr } = await call(
    ["guest_snapshot", "action=create", "vmid=web01", "snapname=before"],
    ELEVATED,
  );
  assertEquals(code, 0, stdout);
  assertEquals(outcomeOf(stdout), "done", stdout);
  assertMatch(stdout, /^.*before/);
  assertMatch(stderr, /^… \S/m);
});

Deno.test("call refuses what must be confirmed where there is nobody to ask, unless told --yes", async () => {
  const settings = { ...ELEVATED, PROXMOX_CONFIRM: "always" };
  const args = ["guest_stop", "vmid=gitlab"];
  const refused = await call(args, settings);
  assertEquals(refused.code, 1, refused.stdout);
  const done = await call([...args, "--yes"], settings);
  assertEquals(done.code, 0, done.stdout);
  assertEquals(outcomeOf(done.stdout), "done", done.stdout);
});

Deno.test("call reaches the whole API by the gateway", async () => {
  const { code, stdout } = await call(["api_call", "operation=GET /version"]);
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "9.2");
});

/** What two kinds of series answer; a trend is a line of bars. */
const SERIES = [["guest_rrddata", "vmid=web01"], ["node_info", "action=rrddata", "node=pve1"]];
const TREND = /trend [▁▂▃▄▅▆▇█ ]+$/m;

Deno.test("call draws no bars where stdout is no terminal, unless told to", async () => {
  for (const args of SERIES) {
    const { code, stdout } = await call(args);
    assertEquals(code, 0, stdout);
    assert(!stdout.includes("trend"), stdout);
    assertMatch((await call([...args, "sparkline=true"])).stdout, TREND);
  }
});

Deno.test("call draws each field as a line of bars at a terminal, unless told not to", {
  // Other systems' `script` has other options.
  ignore: Deno.build.os !== "linux" || needs("script").ignore,
}, async () => {
  const atTerminal = async (...args: readonly string[]): Promise<string> => {
    const child = start(["call", ...args, "--demo"], {}, { terminal: true });
    const { code, stdout } = await runLines(child, []);
    assertEquals(code, 0, stdout);
    return stdout.replaceAll("\r\n", "\n");
  };
  for (const args of SERIES) {
    assertMatch(await atTerminal(...args), TREND);
    for (const without of ["sparkline=false", "--json"]) {
      const stdout = await atTerminal(...args, without);
      assert(!stdout.includes("trend"), stdout);
    }
  }
  assertMatch(await atTerminal("guest_list", "filter=name=web01"), /web01/);
});
