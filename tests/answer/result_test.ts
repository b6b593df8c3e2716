/** Which row of a list is told as the one that a change made. */
import { assert } from "../assert.ts";
import { connect } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDone } from "../outcome.ts";

type Row = Readonly<Record<string, unknown>>;

const JOB = { schedule: "03:30", storage: "local", vmid: 100 };

/** What is answered to the creation of a job without a name, where its list is shown like this. */
async function answerTo(shown: (rows: readonly Row[]) => readonly unknown[]): Promise<string> {
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line, data) =>
          line === "GET /cluster/backup" ? shown(data as readonly Row[]) : undefined,
      }),
  });
  const tool = "proxmox_cluster_backup_job";
  await harness.call(tool, { action: "create", id: "known", ...JOB });
  const made = await harness.call(tool, { action: "create", ...JOB, comment: "Web" });
  assertDone(made);
  return made.text;
}

Deno.test("another row is not told as what was made, where that is shown in other words", async () => {
  const text = await answerTo((rows) =>
    rows.map((row) => row.comment === "Web" ? { ...row, comment: "of the web" } : row)
  );
  assert(!/\bid:/.test(text), text);
});

Deno.test("a row that has nothing of what was made is not told as it", async () => {
  const text = await answerTo(() => [{ id: "other", enabled: 1 }]);
  assert(!/\bid:/.test(text), text);
});

Deno.test("what was made is found in a list of any length", async () => {
  const text = await answerTo((rows) => [
    ...rows,
    ...Array.from({ length: 150_000 }, (_, index) => ({ id: `job-${index}` })),
  ]);
  assert(/\bid: backup-/.test(text), text);
});
