import { KIB } from "../../src/base/byte_units.ts";
import type { ExecRequest, ExecResult } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { requestFor } from "./clients.ts";
import { endlessCommand } from "./container_stand_in.ts";
import { runs } from "./processes.ts";
import { type Shared, sshTests } from "./ssh_tests.ts";

const { test, opensshTest } = sshTests();

type Run = (command: string, more?: Partial<ExecRequest>) => Promise<ExecResult>;

function runOf({ exec }: Pick<Shared, "exec">): Run {
  return (command, more) => exec.run(requestFor(command, more));
}

/** Whether the processes run whose ids a command wrote into a file, one a line. */
async function runWritten(shared: Pick<Shared, "written">, name: string): Promise<boolean[]> {
  const ids = (await shared.written(name)).trim().split("\n").map(Number);
  return await Promise.all(ids.map(runs));
}

test("run() brings exit status, stdout and stderr apart", async (shared) => {
  const run = runOf(shared);
  const result = await run("echo out; echo err >&2; exit 7");
  assertEquals(result.exitCode, 7);
  assertEquals(result.stdout, { text: "out\n", droppedBytes: 0 });
  assertEquals(result.stderr, { text: "err\n", droppedBytes: 0 });
  assertEquals(result.timedOut, false);
  assertEquals(result.host, `127.0.0.1:${shared.server.port}`);
  assert(result.durationMs >= 0);
});

test("run() gives the command its input, and an empty one without", async (shared) => {
  const run = runOf(shared);
  const input = "line 1\n'quoted' $HOME `x`\nno end of line ✓";
  assertEquals((await run("cat", { stdin: input })).stdout.text, input);
  assertEquals((await run("cat; echo end")).stdout.text, "end\n");
});

opensshTest(
  "run() gives more input than the command reads without waiting for it",
  async (shared) => {
    const run = runOf(shared);
    const result = await run("head -c 3; exit 4", { stdin: "abc".repeat(1_000_000) });
    assertEquals([result.stdout.text, result.exitCode], ["abc", 4]);
    const counted = await run("wc -c", { stdin: "x".repeat(5_000_000) });
    assertEquals(counted.stdout.text.trim(), "5000000");
  },
);

opensshTest("run() keeps head and tail of a long output and counts the rest", async (shared) => {
  const run = runOf(shared);
  const { stdout, stderr } = await run("seq 1 200000; seq 5 >&2");
  assert(stdout.text.startsWith("1\n2\n3\n"));
  assert(stdout.text.endsWith("199999\n200000\n"));
  const whole = Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join("").length;
  assertEquals(stdout.droppedBytes, whole - 64 * KIB);
  assert(stdout.text.includes(`[… ${stdout.droppedBytes} bytes left out …]`));
  assertEquals(stderr, { text: "1\n2\n3\n4\n5\n", droppedBytes: 0 });
});

opensshTest("run() takes nothing of the host's environment into the container", async (shared) => {
  const run = runOf(shared);
  const { stdout } = await run("env");
  assert(!stdout.text.includes("planted"));
  assert(!stdout.text.includes("SSH_CONNECTION"));
  assert(/^PATH=.*\/usr\/sbin/m.test(stdout.text));
});

opensshTest("run() ends the command and all it started when its time is up", async (shared) => {
  const run = runOf(shared);
  const file = `${shared.server.directory}/late`;
  const result = await run(
    `echo before; sleep 300 & echo $! > ${file}; setsid sleep 300 & echo $! >> ${file}; ` +
      `echo $$ >> ${file}; wait`,
    { timeoutSeconds: 1 },
  );
  assertEquals([result.timedOut, result.exitCode], [true, null]);
  assertEquals(result.stdout.text, "before\n");
  assertEquals(await runWritten(shared, "late"), [false, false, false]);
}, "setsid");

test("run() ends the command when its time is up", async (shared) => {
  const run = runOf(shared);
  const file = `${shared.server.directory}/endless`;
  const result = await run(endlessCommand(file), { timeoutSeconds: 1 });
  assertEquals([result.timedOut, result.exitCode], [true, null]);
  assertEquals(await Deno.readTextFile(`${file}.end`), "ended\n");
});

opensshTest("run() kills a command that ignores SIGTERM", async (shared) => {
  const run = runOf(shared);
  const file = `${shared.server.directory}/stubborn`;
  const result = await run(
    `trap '' TERM; echo $$ > ${file}; while :; do sleep 1; done`,
    { timeoutSeconds: 1 },
  );
  assertEquals(result.timedOut, true);
  assertEquals(await runWritten(shared, "stubborn"), [false]);
});

test("run() tells a timeout from a command that exits like timeout(1)", async (shared) => {
  const run = runOf(shared);
  const result = await run("exit 124");
  assertEquals([result.timedOut, result.exitCode], [false, 124]);
});

opensshTest("run() waits for the command, not for what it leaves running", async (shared) => {
  const run = runOf(shared);
  const result = await run("sleep 300 & echo $!");
  const pid = Number(result.stdout.text);
  assertEquals(result.exitCode, 0);
  assert(await runs(pid));
  Deno.kill(pid, "SIGKILL");
});

test("run() says when a signal ended pct itself", async (shared) => {
  const run = runOf(shared);
  const result = await run("true", { vmid: 110 });
  assertEquals([result.exitCode, result.signal], [null, "SIGKILL"]);
});

test("a cancelled command has ended when run() rejects", async (shared) => {
  const run = runOf(shared);
  const controller = new AbortController();
  const reason = new Error("cancelled by the test");
  const file = `${shared.server.directory}/cancel`;
  const running = run(endlessCommand(file), {
    signal: controller.signal,
    stdin: "x".repeat(100_000),
  })
    .catch((error) => error);
  await shared.written("cancel");
  controller.abort(reason);
  assertEquals(await running, reason);
  assertEquals(await Deno.readTextFile(`${file}.end`), "ended\n");
});

opensshTest("what a cancelled command started has ended when run() rejects", async (shared) => {
  const run = runOf(shared);
  const controller = new AbortController();
  const reason = new Error("cancelled by the test");
  const file = `${shared.server.directory}/cancelled`;
  const running = run(`sleep 300 & echo $! > ${file}; wait`, {
    signal: controller.signal,
    stdin: "x".repeat(100_000),
  });
  assertEquals(await runWritten(shared, "cancelled"), [true]);
  controller.abort(reason);
  assertEquals(await running.catch((error) => error), reason);
  assertEquals(await runWritten(shared, "cancelled"), [false]);
});

test("run() does not start what is cancelled before", async (shared) => {
  const run = runOf(shared);
  const error = await assertRejects(() =>
    run(`touch ${shared.server.directory}/never`, {
      signal: AbortSignal.abort(new Error("too late")),
    })
  );
  assertEquals(error.message, "too late");
  await assertRejects(() => Deno.stat(`${shared.server.directory}/never`), Deno.errors.NotFound);
});

test("many commands run at the same time, each with its own answer", async (shared) => {
  const run = runOf(shared);
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const results = await Promise.all(numbers.map((i) => run(`echo ${i}`)));
  assertEquals(results.map((result) => Number(result.stdout.text)), numbers);
});

opensshTest("many commands that take a while run at the same time", async (shared) => {
  const run = runOf(shared);
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const results = await Promise.all(numbers.map((i) => run(`sleep 0.2; echo ${i}`)));
  assertEquals(results.map((result) => Number(result.stdout.text)), numbers);
});
