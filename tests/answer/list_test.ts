import { assertEquals, assertThrows } from "../assert.ts";
import { fitting, ROWS } from "./filtered.ts";
import { ToolError } from "../../src/tool/answer.ts";
import type { AnswerOptions } from "../../src/tool/context.ts";
import { listAnswer, pageOf } from "../../src/answer/list.ts";
import { sortRows } from "../../src/answer/order.ts";

Deno.test("a filter takes words, field=value and field!=value, all of which must fit", () => {
  const names = (filter: string): unknown[] => fitting(ROWS, filter, { fields: ["name", "tags"] });
  assertEquals(names("web"), ["web01", "web02"]);
  assertEquals(names("status=running tag=prod"), ["db01", "web01"]);
  assertEquals(names("tags=web"), ["web01"]);
  assertEquals(names("status!=running"), ["web02"]);
  assertEquals(names("vmid=100"), ["web01"]);
  assertEquals(names("status = stopped"), ["web02"]);
  assertEquals(names("nothing"), []);
});

Deno.test("a filter knows a field by another usual word, and in either case", () => {
  assertEquals(fitting(ROWS, "state=stopped"), [101]);
  assertEquals(fitting([{ ReadOnly: "yes" }, { ReadOnly: "no" }], "readonly=yes"), ["yes"]);
});

const GIB = 1024 ** 3;
const LOADS = [
  { id: 1, node: "a", cpu: 0.5, maxcpu: 2, mem: 3 * GIB, maxmem: 4 * GIB, uptime: 3_600 },
  { id: 2, node: "a", cpu: 0.9, maxcpu: 1, mem: GIB, maxmem: 4 * GIB + 1_000_000, uptime: 183_840 },
  {
    id: 3,
    node: "b",
    cpu: 0.1,
    maxcpu: 4,
    mem: 2 * GIB,
    maxmem: 8 * GIB,
    uptime: 0,
    lock: "backup",
  },
  { id: 4, node: "b", template: 1 },
];

Deno.test("a filter takes values as the list shows them, and as people write them", () => {
  const cases: readonly (readonly [string, number[]])[] = [
    ["maxmem=4GiB", [1, 2]],
    ["maxmem=4.00 GiB", [1, 2]],
    ["maxmem=4g", [1, 2]],
    ["maxmem!=4.00GiB", [3, 4]],
    ["maxmem>=4G maxmem<8G", [1, 2]],
    ["mem>2048M", [1]],
    ["cpu>50%", [2]],
    ["cpu >= 50 %", [1, 2]],
    ["cpu>0.4", [1, 2]],
    ["mem>50%", [1]],
    ["mem%=25.0%", [2, 3]],
    ["uptime<1d", [1, 3]],
    ["uptime=2 d 3 h 4 min", [2]],
    ["uptime>1 h node=a", [2]],
    ["template=yes", [4]],
    ["template=no", [1, 2, 3]],
    ["lock!=", [3]],
    ["id=1|3", [1, 3]],
    ["id!=1|3", [2, 4]],
    ["node=b cpu<20% or uptime>2d", [2, 3]],
    ["node=a and cpu<60%", [1]],
  ];
  for (const [filter, ids] of cases) assertEquals(fitting(LOADS, filter), ids, filter);
});

Deno.test("a filter takes times by their beginning, and compares them", () => {
  const rows = [{ id: 1, ctime: 1768469400 }, { id: 2, ctime: 1768555800 }];
  assertEquals(fitting(rows, "ctime=2026-01-15"), [1]);
  assertEquals(fitting(rows, "ctime>2026-01-15 09:30:00Z"), [2]);
  assertEquals(fitting(rows, "ctime<2026-01-15T10:00:00Z"), [1]);
});

Deno.test("a filter says what it cannot compare", () => {
  const wrong = assertThrows(() => fitting(LOADS, "mem>lots"), ToolError, 'Cannot compare "mem"');
  assertEquals(wrong.details.reason, "It is a number, such as 3.00 GiB");
});

Deno.test("sort takes any fields, the greatest first after a minus, and shows them", () => {
  const sorted = (...sort: string[]): unknown[] =>
    pageOf(LOADS, { sort }, { columns: ["id"] }).rows.map(([id]) => id);
  assertEquals(sorted("-mem"), [1, 3, 2, 4]);
  assertEquals(sorted("mem"), [2, 3, 1, 4]);
  assertEquals(sorted("node", "-cpu"), [2, 1, 3, 4]);
  assertEquals(sorted("-mem%"), [1, 3, 2, 4]);
  assertEquals(pageOf(LOADS, { sort: ["-mem"] }, { columns: ["id"] }).columns, ["id", "mem"]);
  assertThrows(() => sorted("memo"), ToolError, 'no field "memo"');
});

Deno.test("group counts rows, sums what adds up, and says the share where a limit is known", () => {
  const columns = ["id", "node", "cpu", "maxcpu", "mem", "maxmem", "uptime"];
  assertEquals(pageOf(LOADS, { group: ["node"], sort: ["-mem"] }, { columns }), {
    columns: ["node", "count", "cpu", "maxcpu", "mem", "mem%", "maxmem"],
    rows: [
      ["a", 2, 1.9 / 3, 3, 4 * GIB, 4 * GIB / (8 * GIB + 1_000_000), 8 * GIB + 1_000_000],
      ["b", 2, 0.1, 4, 2 * GIB, 0.25, 8 * GIB],
    ],
    total: 2,
    grouped: 4,
  });
  const answer = listAnswer(LOADS, { columns }, { group: ["node", "lock"] }, "Guests");
  assertEquals(answer.title, "Guests: 4 in 3 groups");
  assertThrows(() => pageOf(LOADS, { group: ["nod"] }), ToolError, 'no field "nod"');
});

Deno.test("what is secret is neither found nor sorted by", () => {
  const rows = [{ id: 1, password: "b" }, { id: 2, password: "a" }];
  assertEquals(fitting(rows, "password=b"), []);
  assertEquals(fitting(rows, "b"), []);
  assertEquals(fitting(rows, "masked"), []);
  assertEquals(pageOf(rows, { sort: ["password"] }).rows.map(([id]) => id), [1, 2]);
  assertEquals(pageOf(rows, { group: ["password"] }).total, 1);
});

Deno.test("pageOf() says when a filter that nothing fits names a field or a value that no row has", () => {
  const hint = (filter: string): string | undefined =>
    pageOf(ROWS, { filter }, { columns: ["vmid"] }).hint;
  assertEquals(
    hint("stauts=running"),
    'No row has a field "stauts". Fields: vmid, name, status, tags. Did you mean "status"?',
  );
  assertEquals(hint("status=paused"), "No row has status=paused, but running, stopped.");
  assertEquals(
    hint("status=running or name=web03"),
    undefined,
    "some rows fit",
  );
  assertEquals(
    hint("name=web status=running"),
    'No row has name=web, but db01, web01, web02. Did you mean "web01"?',
  );
  assertEquals(hint("vmid=102 tags=test"), undefined, "each is there, and not together");
  assertEquals(hint("lock!=backup"), undefined);
  const many = Array.from({ length: 20 }, (_, index) => ({ name: `web${index}` }));
  const among = (filter: string): string | undefined => pageOf(many, { filter }).hint;
  assertEquals(among("name=db"), undefined, "too many to tell");
  const noted = [{ notes: "n".repeat(5_000) }, { notes: "short" }];
  const ofNotes = (filter: string): string | undefined => pageOf(noted, { filter }).hint;
  assertEquals(ofNotes("notes=long"), undefined, "too long to tell");
  assertEquals(ofNotes("notes=shirt"), 'No row has notes=shirt. Did you mean "short"?');
  assertEquals(among("name=web7x"), 'No row has name=web7x. Did you mean "web7"?');
});

Deno.test("pageOf() says the total and where the next page starts", () => {
  const page = pageOf(ROWS, { limit: 2 }, { columns: ["vmid", "name", "lock"] });
  assertEquals(page, {
    columns: ["vmid", "name"],
    rows: [[102, "db01"], [100, "web01"]],
    total: 3,
    next_offset: 2,
  });
  assertEquals(pageOf(ROWS, { offset: 2 }).next_offset, undefined);
  assertEquals(pageOf(ROWS, { offset: 9 }).rows, []);
});

Deno.test("pageOf() gives the fields that were asked for, and names them when one is unknown", () => {
  assertEquals(pageOf(ROWS, { fields: ["name"] }).rows[0], ["db01"]);
  assertEquals(pageOf(ROWS, { fields: ["all"] }).columns, [
    "vmid",
    "name",
    "status",
    "tags",
  ]);
  assertThrows(() => pageOf(ROWS, { fields: ["nme"] }), ToolError, 'no field "nme"');
});

Deno.test("pageOf() shows a known field empty where no row has it", () => {
  const knownFields = (): string[] => ["lock", "mem", "maxmem", "tags"];
  const page = (options: AnswerOptions): ReturnType<typeof pageOf> =>
    pageOf(ROWS, { knownFields, ...options }, { columns: ["vmid", "hastate"] });
  assertEquals(page({ fields: ["vmid", "HAState", "lock", "mem%"], limit: 1 }).columns, [
    "vmid",
    "hastate",
    "lock",
    "mem%",
  ]);
  assertEquals(page({ fields: ["vmid", "lock"], limit: 1 }).rows, [[102, null]]);
  assertEquals(page({ sort: ["lock", "vmid"] }).rows, [[100], [101], [102]]);
  assertEquals(page({ group: ["lock"] }).rows, [[null, 3]]);
  assertEquals(page({ filter: "lock!=" }).hint, 'No row has "lock" set');
  for (const wrong of [{ fields: ["lok"] }, { sort: ["lok"] }, { group: ["lok"] }]) {
    assertThrows(() => page(wrong), ToolError, 'no field "lok"');
  }
  const wrong = assertThrows(() => page({ filter: "lok!=" }), ToolError, 'no field "lok"');
  assertEquals(
    wrong.details.reason,
    'Fields: vmid, name, status, tags. Did you mean "lock"?',
  );
});

Deno.test("pageOf() bounds a page however long its cells are", () => {
  const long = Array.from({ length: 50 }, (_, id) => ({ id, note: "x".repeat(5_000) }));
  const page = pageOf(long, {});
  assertEquals(page.rows.length, 3);
  assertEquals(page.next_offset, 3);
  assertEquals(page.cut_for_size, true);
});

Deno.test("sortRows() sorts numbers as numbers", () => {
  assertEquals(sortRows(ROWS, "vmid").map((row) => row.vmid), [100, 101, 102]);
  assertEquals(sortRows([{ n: "pve10" }, { n: "pve9" }], "n").map((row) => row.n), [
    "pve9",
    "pve10",
  ]);
});
