/** The program as a client starts it, over stdio. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { answered, call, messages, runLines, session, start } from "./process.ts";
import { outcomeOf } from "../outcome.ts";
import { darkPixels, pixelsOf } from "../png.ts";

Deno.test("a session over the embedded cluster answers with JSON-RPC lines alone", async () => {
  const lines = session(
    { jsonrpc: "2.0", id: 1, method: "tools/list" },
    call(2, "proxmox_guest_list", {}),
    call(3, "proxmox_guest_stop", { vmid: "web01" }),
    call(4, "proxmox_guest_status", { vmid: "nosuch" }),
    { jsonrpc: "2.0", id: 5, method: "no/such" },
    {
      jsonrpc: "2.0",
      id: 6,
      method: "tools/call",
      params: { name: "proxmox_guest_list", arguments: null },
    },
  );
  const noise = ["this is not JSON", '{"jsonrpc":"2.0"}', "[]", "\u0000"];
  const ended = await runLines(
    start(["--demo"], {}, {}),
    [...lines.slice(0, 2), ...noise, ...lines.slice(2)],
    (stdout) => [0, 1, 2, 3, 4, 5, 6].every((id) => answered(id)(stdout)),
  );
  assertEquals(ended.code, 0);
  const refusals = messages(ended.stdout).filter(({ error }) => error?.code === -32700);
  assertEquals(refusals.map(({ id }) => id as unknown), [null, null]);
  const byId = new Map(messages(ended.stdout).map((message) => [message.id, message]));
  assertEquals((byId.get(0)?.result?.serverInfo as { name: string }).name, "proxmox-mcp");
  assert((byId.get(1)?.result?.tools as unknown[]).length > 5);
  const text = (id: number): string =>
    (byId.get(id)?.result?.content as { text: string }[])[0]?.text ?? "";
  assertStringIncludes(text(2), "web01");
  assertEquals(outcomeOf(text(3)), "denied");
  assertStringIncludes(text(3), "PROXMOX_ALLOW_ELEVATED=true");
  assertEquals(outcomeOf(text(4)), "failed");
  assertEquals(byId.get(5)?.error?.code, -32601);
  assertEquals(outcomeOf(text(6)), "done");
  assertMatch(
    ended.stderr,
    /^INFO mcp: Client test 1 speaks MCP 2025-06-18 and cannot ask a person/m,
  );
});

Deno.test("a chart comes with its labels, with no permission to read the renderer or a font", async () => {
  const { code, stdout } = await runLines(
    start(["--demo"]),
    session(call(1, "proxmox_guest_rrddata", { vmid: "web01", chart: true })),
    answered(1),
  );
  assertEquals(code, 0);
  const answer = messages(stdout).find(({ id }) => id === 1)?.result;
  const [text, image] = answer?.content as { type: string; text?: string; data?: string }[];
  assertEquals(outcomeOf(text?.text ?? ""), "done");
  assertEquals(image?.type, "image");
  const pixels = await pixelsOf(Uint8Array.fromBase64(image?.data ?? ""));
  assert(darkPixels(pixels, [16, 8, 120, 20]) > 100);
});

Deno.test("a host reads the page of a view, with no permission to read it from a file", async () => {
  const uri = "ui://proxmox/tasks";
  const [first = "", ...others] = session(
    { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri } },
  );
  const views = '"capabilities":{"extensions":{"io.modelcontextprotocol/ui":{}}}';
  const { code, stdout } = await runLines(
    start(["--demo"]),
    [first.replace('"capabilities":{}', views), ...others],
    answered(1),
  );
  assertEquals(code, 0);
  const answer = messages(stdout).find(({ id }) => id === 1)?.result;
  const [page] = answer?.contents as { mimeType: string; text: string }[];
  assertEquals(page?.mimeType, "text/html;profile=mcp-app");
  assertMatch(page?.text ?? "", /^<!doctype html>[^]*data-view="tasks"[^]*<\/html>\n$/);
});

Deno.test("the program ends when its input ends, also in the middle of a call", async () => {
  const lines = session(call(1, "proxmox_guest_start", { vmid: "web02" }));
  const env = { PROXMOX_ALLOW_ELEVATED: "true" };
  const ended = await runLines(start(["--demo"], env), lines, answered(0));
  assertEquals(ended.code, 0);
  messages(ended.stdout);
});

Deno.test("SIGTERM ends the program cleanly", async () => {
  const child = start(["--demo"]);
  const reader = child.stdout.getReader();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(session()[0] + "\n"));
  await reader.read();
  child.kill("SIGTERM");
  const status = await child.status;
  assertEquals([status.code, status.signal], [0, null]);
  await reader.cancel();
  await writer.close().catch(() => undefined);
  await child.stderr.cancel();
});

Deno.test("a wrong configuration is told on stderr, with exit code 2 and no secret", async () => {
  const ended = await runLines(
    start([], {
      PROXMOX_HOST: "http://pve1",
      PROXMOX_USER: "root",
      PROXMOX_TOKEN_NAME: "mcp",
      PROXMOX_TOKEN_VALUE: "very-secret-value",
      PROXMOX_SSL_MODE: "none",
    }),
    [],
  );
  assertEquals([ended.code, ended.stdout], [2, ""]);
  for (const name of ["PROXMOX_HOST", "PROXMOX_USER", "PROXMOX_SSL_MODE"]) {
    assertStringIncludes(ended.stderr, `${name}: `);
  }
  assert(!ended.stderr.includes("very-secret-value"));
});

Deno.test("names that look like settings are warned about on stderr, others are not", async () => {
  const env = { PROXMOX_SSL_MOD: "verify", PROXMOX_BACKUP_SERVER: "pbs1" };
  const { code, stdout, stderr } = await runLines(start(["--demo"], env), []);
  assertEquals([code, stdout], [0, ""]);
  assertMatch(
    stderr,
    /^WARNING config: PROXMOX_SSL_MOD is not a setting.* PROXMOX_SSL_MODE\?\n$/,
  );
});

Deno.test("a .env file in the working directory is not read", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    const lines = ["HOST=pve1", "TOKEN_NAME=mcp", "TOKEN_VALUE=secret-word"];
    await Deno.writeTextFile(`${cwd}/.env`, lines.map((line) => `PROXMOX_${line}\n`).join(""));
    const { code, stdout, stderr } = await runLines(start([], {}, { cwd }), []);
    assertEquals([code, stdout], [2, ""]);
    for (const name of ["HOST", "TOKEN_NAME", "TOKEN_VALUE"]) {
      assertStringIncludes(stderr, `PROXMOX_${name}: not set`);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("an unreachable host is an answer, and only stderr and answers carry words", async () => {
  const ended = await runLines(
    start([], {
      PROXMOX_HOST: "127.0.0.1:1",
      PROXMOX_TOKEN_NAME: "mcp",
      PROXMOX_TOKEN_VALUE: "very-secret-value",
    }, { net: "127.0.0.1:1" }),
    session(call(1, "proxmox_node", { action: "list" })),
    answered(1),
  );
  assertEquals(ended.code, 0);
  const answer = messages(ended.stdout).find((message) => message.id === 1);
  const [block] = answer?.result?.content as { text: string }[];
  assertEquals(outcomeOf(block?.text ?? ""), "failed");
  assert(!(ended.stdout + ended.stderr).includes("very-secret-value"));
});

Deno.test("--version and --help answer on stdout, a wrong command on stderr with exit code 2", async () => {
  const version = await runLines(start(["--version"]), []);
  assertMatch(version.stdout, /^proxmox-mcp \d+\.\d+\.\d+/);
  assertEquals(version.code, 0);
  assertStringIncludes((await runLines(start(["--help"]), [])).stdout, "Usage: proxmox-mcp");
  const wrong = await runLines(start(["serv"]), []);
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(wrong.stderr, 'Did you mean "serve"?');
  assertEquals((await runLines(start(["--nope"]), [])).code, 2);
});
