/** How tasks are waited for, over the embedded cluster. */
import { percentOf, type TaskResult, type WaitOptions } from "../../src/pve/tasks.ts";
import type { TaskPlan } from "../../src/simulator/core/tasks.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { embed, type Embedded } from "../harness.ts";

const LINES = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);

/** Starts a task and waits for it. */
async function waited(
  { simulator, services }: Embedded,
  plan: Partial<TaskPlan>,
  options: Partial<WaitOptions> = {},
): Promise<TaskResult> {
  const task = simulator.cluster.tasks.start({
    ...{ node: "pve2", type: "imgcopy", id: "", user: "root@pam", ms: 7_000, log: LINES },
    ...plan,
  });
  const request = { signal: new AbortController().signal };
  return await services.tasks.wait(task.upid, { seconds: 60, request, ...options });
}

Deno.test("wait() answers how a task ended, how long it took, and its last lines", async () => {
  const { node, type, state, exitstatus, waited: seconds, log } = await waited(embed({}), {});
  assertEquals([node, type, state, exitstatus], ["pve2", "imgcopy", "ok", "OK"]);
  assertEquals(log, LINES.slice(-4), "TASK OK says nothing new");
  assertEquals(seconds >= 7 && seconds <= 9, true, `${seconds}`);
});

Deno.test("wait() answers the last 20 lines of a task that failed or warned", async () => {
  const failed = await waited(embed({}), {
    finish: () => {
      throw new Error("no space left on device");
    },
  });
  assertEquals([failed.state, failed.exitstatus], ["failed", "no space left on device"]);
  assertEquals(failed.log, [...LINES.slice(-19), "TASK ERROR: no space left on device"]);
  const warned = await waited(embed({}), { warnings: 2 });
  assertEquals([warned.state, warned.exitstatus], ["warnings", "WARNINGS: 2"]);
  assertEquals(warned.log, [...LINES.slice(-19), "TASK WARNINGS: 2"]);
});

Deno.test("wait() asks after 0.2 s first, then less and less often, up to every 2 s", async () => {
  const embedded = embed({});
  const asked: number[] = [];
  const started = embedded.clock.now();
  const sleep = embedded.clock.sleep.bind(embedded.clock);
  embedded.clock.sleep = (ms, signal) => {
    asked.push(ms);
    return sleep(ms, signal);
  };
  await waited(embedded, { ms: 20_000 });
  assertEquals(asked.slice(0, 2), [200, 320]);
  assertEquals(asked.at(-1), 2_000);
  assertEquals(asked, asked.toSorted((one, other) => one - other));
  assertEquals(embedded.clock.now() - started < 22_000, true);
});

Deno.test("wait() looks once when there is no time, and answers that the task runs", async () => {
  const embedded = embed({});
  const before = embedded.clock.now();
  const { state, log } = await waited(embedded, {}, { seconds: 0 });
  assertEquals([state, log, embedded.clock.now()], ["running", ["line 1"], before]);
});

Deno.test("wait() tells new lines of the log as they come, and the per cent in them", async () => {
  const heard: (readonly [string, number | undefined])[] = [];
  const log = ["starting", "progress 10% (1 of 10)", "no figure", "progress 90% (9 of 10)"];
  await waited(embed({}), { log }, {
    onProgress: (line, percent) => void heard.push([line, percent]),
  });
  const lines = heard.filter(([line]) => log.includes(line));
  assertEquals(new Set(lines.map(([line]) => line)).size, lines.length, "each line once");
  assertEquals(lines.at(0), ["starting", undefined]);
  assertEquals(lines.some(([, percent]) => percent === 10), true);
});

Deno.test("wait() refuses what is no UPID", async () => {
  const { services } = embed({});
  const options = { seconds: 1, request: { signal: new AbortController().signal } };
  await assertRejects(() => services.tasks.wait("OK", options), TypeError, "not a UPID");
});

Deno.test("percentOf() reads figures as PVE's logs have them, and no others", () => {
  assertEquals(percentOf("transferred 1.2 GiB of 4.0 GiB (30.00%)"), 30);
  assertEquals(percentOf("INFO:  12% (1.0 GiB of 8.0 GiB) in 3s"), 12);
  assertEquals(percentOf("progress 70% (28.0 GiB of 40.0 GiB)"), 70);
  for (const line of ["snapshot of vm-100%20", "300% faster", "vm-100-disk-0"]) {
    assertEquals(percentOf(line), undefined, line);
  }
});

Deno.test("wait() leaves out progress that later lines overtake", async () => {
  const log = [
    "INFO: starting",
    ...Array.from({ length: 60 }, (_, index) => `INFO: ${index}% (1.0 GiB of 9.0 GiB)`),
    "INFO: no space",
  ];
  const finish = (): never => {
    throw new Error("no space left on device");
  };
  assertEquals((await waited(embed({}), { log, finish })).log, [
    "INFO: starting",
    "INFO: 59% (1.0 GiB of 9.0 GiB)",
    "INFO: no space",
    "TASK ERROR: no space left on device",
  ]);
});
