/** How the program ends while calls are open. */
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
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

Deno.test("SIGTERM lets an open call end, and its answer arrives", async () => {
  const { answer, code } = await signalled({ action: "create", vmid: "web01" }, ["SIGTERM"]);
  assertEquals(code, 0);
  assertMatch(textOf(answer), /^✅ /);
});

Deno.test("SIGTERM and SIGINT cancel an open call, whose answer names the task that goes on", async () => {
  const args = { action: "create", vmid: "web01" };
  const { answer, code } = await signalled(args, ["SIGTERM", "SIGINT"]);
  assertEquals(code, 0);
  assertStringIncludes(textOf(answer), "Started, not yet done: ");
  assertMatch(textOf(answer), /proxmox_node_task action=wait upid=UPID:pve\d:/);
});
