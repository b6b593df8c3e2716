/** How the program ends while calls are open. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { call, type Message, messages, session, start } from "./process.ts";

const ELEVATED = { PROXMOX_ALLOW_ELEVATED: "true" };

/** Starts a call that takes a while, signals the program, and answers what came of the call. */
async function signalled(
  args: Readonly<Record<string, unknown>>,
  signals: readonly Deno.Signal[],
): Promise<{ readonly answer: Message | undefined; readonly code: number }> {
  const child = start(["--demo"], ELEVATED);
  const writer = child.stdin.getWriter();
  const request = call(1, "proxmox_backup", args) as { params: Record<string, unknown> };
  request.params._meta = { progressToken: 1 };
  await writer.write(new TextEncoder().encode(session(request).join("\n") + "\n"));
  let stdout = "";
  let left = [...signals];
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += chunk;
    if (!stdout.includes("notifications/progress")) continue;
    for (const signal of left) child.kill(signal);
    left = [];
  }
  const { code } = await child.status;
  await child.stderr.cancel();
  await writer.close().catch(() => undefined);
  return { answer: messages(stdout).find(({ id }) => id === 1), code };
}

function textOf(answer: Message | undefined): string {
  return (answer?.result?.content as { text: string }[] | undefined)?.[0]?.text ?? "";
}

function errorOf(answer: Message | undefined): Record<"message" | "reason", string> {
  const { error } = answer?.result?.structuredContent as {
    readonly error: Record<"message" | "reason", string>;
  };
  return error;
}

for (const signals of [["SIGTERM"], ["SIGTERM", "SIGINT"]] as const) {
  Deno.test(`${signals.join(" and ")} cancel an open call, whose answer names the task that goes on`, async () => {
    const { answer, code } = await signalled({ action: "create", vmid: "web01" }, signals);
    assertEquals(code, 0);
    assertStringIncludes(textOf(answer), " has started and goes on");
    assertMatch(textOf(answer), /proxmox_node_task action=wait upid=UPID:pve\d:/);
  });
}

/**
 * Tells the program to end, which it does by itself: long before the call that waits for a node, or
 * the client that reads nothing, would let it.
 */
async function endsWhen(tell: () => unknown, child: Deno.ChildProcess): Promise<void> {
  await tell();
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const { code } = await child.status;
  clearTimeout(watchdog);
  assertEquals(code, 0);
}

for (const how of ["SIGTERM", "the end of its input"]) {
  Deno.test(`${how} ends the program at once, though a node never answers`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const host = `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
    const settings = { PROXMOX_HOST: host, PROXMOX_TOKEN_NAME: "mcp", PROXMOX_TOKEN_VALUE: "x" };
    const child = start([], settings, { net: host });
    const writer = child.stdin.getWriter();
    const lines = session(call(1, "proxmox_node", { action: "list" }));
    await writer.write(new TextEncoder().encode(lines.join("\n") + "\n"));
    using _asked = await listener.accept();
    const tell = (): unknown => how === "SIGTERM" ? child.kill("SIGTERM") : writer.close();
    const output = Promise.all([new Response(child.stdout).text(), child.stderr.cancel()]);
    await endsWhen(tell, child);
    const [stdout] = await output;
    const answer = messages(stdout).find(({ id }) => id === 1);
    const { message, reason } = errorOf(answer);
    assertEquals(message, "Cannot do proxmox_node list");
    assertMatch(reason, /^(This server|The client)/);
    await writer.close().catch(() => undefined);
  });
}

for (const how of ["SIGTERM", "the end of its input"]) {
  Deno.test(`${how} ends the program though its client reads nothing`, async () => {
    const child = start(["--demo"]);
    const writer = child.stdin.getWriter();
    const lists = Array.from(
      { length: 3_000 },
      (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" }),
    );
    const sent = writer.write(new TextEncoder().encode(session(...lists).join("\n") + "\n"));
    const reader = child.stdout.getReader();
    const [line] = await Promise.all([reader.read(), sent]);
    assert((line.value?.length ?? 0) > 0);
    const tell = (): unknown => how === "SIGTERM" ? child.kill("SIGTERM") : writer.close();
    await endsWhen(tell, child);
    await Promise.all([reader.cancel(), child.stderr.cancel()]);
    await writer.close().catch(() => undefined);
  });
}

Deno.test("a client that reads late has all its answers", async () => {
  const lists = Array.from({ length: 50 }, (_, id) => ({
    jsonrpc: "2.0",
    id: id + 1,
    method: "tools/list",
  }));
  const child = start(["--demo"]);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(session(...lists).join("\n") + "\n"));
  let stdout = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += chunk;
    if (stdout.endsWith("}\n") && stdout.split("\n").length === 52) break;
  }
  assertEquals(messages(stdout).map(({ id }) => id), Array.from({ length: 51 }, (_, id) => id));
  await writer.close();
  assertEquals((await child.status).code, 0);
  await child.stderr.cancel();
});
