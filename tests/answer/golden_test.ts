/**
 * How answers look, each form once: no other test says it. A change of a form changes this file
 * and the generated documents; a test that fails besides asks for looks where it should ask for
 * facts (`tests/outcome.ts`).
 */
import { renderMarkdown } from "../../src/answer/markdown.ts";
import { render } from "../../src/answer/render.ts";
import { bytes, span, time, withUnit } from "../../src/base/text/units.ts";
import type { TaskResult } from "../../src/pve/tasks.ts";
import type { Answer } from "../../src/tool/answer.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { connect } from "../harness.ts";

const UPID = "UPID:pve1:00000FA0:00001F40:6968B398:vzdump:100:root@pam!mcp:";

const TASK: TaskResult = {
  ...{ upid: UPID, node: "pve1", type: "vzdump", id: "100", state: "ok", exitstatus: "OK" },
  waited: 184,
  log: ["INFO: starting", "TASK OK"],
};

/** An answer with a part of every kind. */
const WHOLE: Answer = {
  title: "Backed up web01 (100)",
  object: { memory: { total: 8589934592, used: 1073741824 }, cores: 4, description: "one\ntwo" },
  list: {
    columns: ["volid", "size", "ctime", "notes"],
    rows: [["nas:backup/a.vma.zst", 4294967296, 1768469400, null], ["x|y", 0, 1768469461, "z"]],
    total: 1204,
    next_offset: 2,
  },
  texts: [{ label: "Log", text: "a ``` b\n" }, { label: "stderr", text: "" }],
  task: TASK,
  notes: ["It had moved from pve2 to pve1"],
};

const FAILURE: Answer = {
  title: "Cannot take the snapshot",
  failure: { kind: "error", reason: "Two parameters", parameters: { snapname: "is missing" } },
  notes: ["Nothing was done"],
};

function textOf(answer: Answer): string {
  return render(answer).content[0].text;
}

Deno.test("units: sizes", () => {
  assertEquals([0, 1023, 1536, 4294967296, 2 ** 50].map(bytes), [
    ...["0 B", "1023 B", "1.50 KiB", "4.00 GiB", "1.00 PiB"],
  ]);
});

Deno.test("units: spans", () => {
  assertEquals([2.54, 59, 60, 184, 93784, 183840].map(span), [
    ...["2.5 s", "59 s", "1 min", "3 min", "1 d 2 h 3 min", "2 d 3 h 4 min"],
  ]);
});

Deno.test("units: times", () => {
  assertEquals(time(1768469400), "2026-01-15 09:30:00Z");
});

Deno.test("units: percent, and values without a unit", () => {
  assertEquals(withUnit("cpu", 0.0512), "5.1 %");
  assertEquals(withUnit("pressurecpusome", 12.5), "12.5 %");
  assertEquals(withUnit("name", null), "-");
  assertEquals(withUnit("ratio", 1.23456789), "1.23457");
});

Deno.test("units: lists and objects, in words as deep as they stay clear", () => {
  assertEquals(withUnit("memory", { total: 2048, free: 0 }), "total 2.00 KiB, free 0 B");
  assertEquals(withUnit("cpu", { avg: 0.5, max: 1 }), "avg 50.0 %, max 100.0 %");
  assertEquals(withUnit("loadavg", ["1.05", "0.95"]), "1.05, 0.95");
  assertEquals(withUnit("checks", []), "none");
  assertEquals(
    withUnit("addresses", { lo: [], eth0: ["192.0.2.1/24"] }),
    "lo none, eth0 192.0.2.1/24",
  );
  assertEquals(withUnit("tokens", { ci: { privsep: 1, expire: 0 } }), "ci (privsep 1, expire 0)");
  assertEquals(withUnit("range", [{ start: 1, end: 2 }, { start: 5 }]), "start 1, end 2; start 5");
  assertEquals(withUnit("names", ["a, b"]), '["a, b"]');
  assertEquals(withUnit("deep", { a: { b: { c: 1 } } }), '{"a":{"b":{"c":1}}}');
});

Deno.test("text: title, data, list, texts, task and notes", () => {
  assertEquals(
    textOf(WHOLE),
    `✅ Backed up web01 (100)
• memory: total 8.00 GiB, used 1.00 GiB
• cores: 4
• description:
\`\`\`
one
two
\`\`\`
volid | size | ctime | notes
nas:backup/a.vma.zst | 4.00 GiB | 2026-01-15 09:30:00Z | -
x\\|y | 0 | 2026-01-15 09:31:01Z | z
• 2 of 1,204 shown; offset 2 for more
Log:
\`\`\`\`
a \`\`\` b
\`\`\`\`
stderr: empty
• task vzdump on pve1: OK, 3 min
• It had moved from pve2 to pve1`,
  );
});

Deno.test("text: a task with warnings keeps its number and its log", () => {
  const task = { ...WHOLE.task!, state: "warnings", exitstatus: "WARNINGS: 1", log: ["WARN: x"] };
  assertEquals(
    textOf({ title: "Done", task } as Answer),
    `✅ Done\n• task vzdump on pve1: WARNINGS: 1, 3 min\n• UPID: ${UPID}
Last lines of its log:\n\`\`\`\nWARN: x\n\`\`\``,
  );
});

Deno.test("text: a task that goes on", () => {
  const { exitstatus: _, ...task } = WHOLE.task!;
  const answer = { title: "It goes on", task: { ...task, state: "running", log: [] } } as Answer;
  assertEquals(
    textOf(answer),
    `✅ It goes on\n• task vzdump on pve1: still running, 3 min\n• UPID: ${UPID}`,
  );
});

Deno.test("text: a row that begins like an answer, a detail or a fence", () => {
  const rows = ["✅ a", "❌ b", "🚫 c", "• d", "```", "~~~", "e"].map((name) => [name]);
  assertEquals(
    textOf({ title: "Rows", list: { columns: ["name"], rows, total: 7 } }),
    "✅ Rows\nname\n| ✅ a\n| ❌ b\n| 🚫 c\n| • d\n| ```\n| ~~~\ne",
  );
});

Deno.test("text: an error", () => {
  assertEquals(
    textOf(FAILURE),
    `❌ Error: Cannot take the snapshot
Reason: Two parameters
• snapname: is missing
• Nothing was done`,
  );
});

Deno.test("text: a denied call", () => {
  const failure = { kind: "denied", reason: "Set PROXMOX_ALLOW_ELEVATED=true" } as const;
  assertEquals(
    textOf({ title: "It needs the elevated tier", failure, notes: ["Nothing was done"] }),
    `🚫 Permission Denied: It needs the elevated tier
Set PROXMOX_ALLOW_ELEVATED=true
• Nothing was done`,
  );
});

Deno.test("text: a call that waits, and one that was declined", () => {
  const failure = (kind: "unconfirmed" | "declined") => ({ kind, reason: "WHY" }) as const;
  assertEquals(
    textOf({
      title: "It waits",
      failure: failure("unconfirmed"),
      asked: ["Lost: it"],
      notes: ["N"],
    }),
    "⏸ Not done yet: It waits\nWHY\n• Lost: it\n• N",
  );
  assertEquals(textOf({ title: "NO", failure: failure("declined") }), "🚫 Declined: NO\nWHY");
});

Deno.test("structured content: what the text says, numbers with their units beside them, times as ISO", () => {
  const { structuredContent, isError } = render(WHOLE);
  assertEquals(isError, undefined);
  assertEquals(structuredContent, {
    summary: "Backed up web01 (100)",
    columns: ["volid", "size", "ctime", "notes"],
    rows: [
      ["nas:backup/a.vma.zst", 4294967296, "2026-01-15T09:30:00Z", null],
      ["x|y", 0, "2026-01-15T09:31:01Z", "z"],
    ],
    total: 1204,
    next_offset: 2,
    units: { size: "B", total: "B", used: "B" },
    data: { memory: { total: 8589934592, used: 1073741824 }, cores: 4, description: "one\ntwo" },
    texts: { Log: "a ``` b\n", stderr: "" },
    task: {
      ...{ node: "pve1", type: "vzdump", id: "100", state: "ok", exitstatus: "OK" },
      waited: 184,
    },
    notes: ["It had moved from pve2 to pve1"],
  });
});

Deno.test("structured content: an error, and a denied call", () => {
  const { structuredContent, isError } = render(FAILURE);
  assertEquals(isError, true);
  assertEquals(structuredContent, {
    error: {
      message: "Cannot take the snapshot",
      reason: "Two parameters",
      parameters: { snapname: "is missing" },
    },
    notes: ["Nothing was done"],
  });
  const denied = render({ title: "No", failure: { kind: "denied", reason: "Because" } });
  assertEquals(denied.isError, true);
  assertEquals(denied.structuredContent, { error: { message: "No", reason: "Because" } });
});

Deno.test("Markdown: title, data, list, texts, task and notes", () => {
  assertEquals(
    renderMarkdown(WHOLE, "proxmox_backup action=list"),
    `# Backed up web01 (100)

- **memory**: total 8.00 GiB, used 1.00 GiB
- **cores**: 4

**description**

\`\`\`
one
two
\`\`\`

| volid | size | ctime | notes |
| --- | --- | --- | --- |
| nas:backup/a.vma.zst | 4.00 GiB | 2026-01-15 09:30:00Z | - |
| x\\|y | 0 | 2026-01-15 09:31:01Z | z |

- 2 of 1,204 shown; \`proxmox_backup action=list\` with offset=2 shows more

**Log**

\`\`\`\`
a \`\`\` b
\`\`\`\`

**stderr**: empty

- task vzdump on pve1: OK, 3 min

- It had moved from pve2 to pve1
`,
  );
});

Deno.test("question to a person: the call and its target, what is lost, what would be sent", async () => {
  const questions: string[] = [];
  await using harness = await connect({
    ask: (question) => {
      questions.push(question);
      return Promise.resolve("decline");
    },
  });
  const args = { action: "delete", vmid: "db01", snapname: "before-upgrade" };
  await harness.call("proxmox_guest_snapshot", args);
  assertEquals(questions, [
    "proxmox_guest_snapshot delete\n" +
    'VM 102 "db01" on pve2, running, tags database production\n' +
    "Lost: the way back to before-upgrade (2025-12-28 07:46:18Z)\n" +
    "Request 1: DELETE /nodes/pve2/qemu/102/snapshot/before-upgrade\n" +
    "Go on?",
  ]);
});

Deno.test("whatever a guest or Proxmox VE puts in a detail's place, the title and the task are told", () => {
  const values: readonly unknown[] = [null, 5, true, "", [], [null], {}, {
    toString: 1,
    length: -1,
  }];
  for (const value of values) {
    const text = value as string;
    const details: readonly Partial<Answer>[] = [
      { notes: [text] },
      { texts: [{ label: "Log", text }] },
      { object: { memory: value, ctime: value, name: { name: value } } },
      { list: { columns: ["size"], rows: [[value]], total: 1 } },
      { task: { ...TASK, state: "warnings", log: [text] } },
    ];
    for (const detail of details) {
      const { content: [said], structuredContent } = render({ ...WHOLE, ...detail });
      assertMatch(said?.text ?? "", /^✅ Backed up web01 \(100\)\n/);
      assertMatch(said?.text ?? "", /^• task vzdump on pve1: OK/m);
      assertEquals(structuredContent.summary, "Backed up web01 (100)");
    }
  }
});
