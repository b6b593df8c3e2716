import { assertEquals, assertThrows } from "../assert.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { filterRows, pageOf, sortRows } from "../../src/answer/list.ts";

const ROWS = [
  { vmid: 102, name: "db01", status: "running", tags: "prod;db" },
  { vmid: 100, name: "web01", status: "running", tags: "prod;web" },
  { vmid: 101, name: "web02", status: "stopped", tags: "test" },
];

Deno.test("filterRows() takes words, field=value and field!=value, all of which must fit", () => {
  const names = (filter: string): string[] =>
    filterRows(ROWS, filter).map((row) => String(row.name));
  assertEquals(names("web"), ["web01", "web02"]);
  assertEquals(names("status=running tag=prod"), ["db01", "web01"]);
  assertEquals(names("tags=web"), ["web01"]);
  assertEquals(names("status!=running"), ["web02"]);
  assertEquals(names("vmid=100"), ["web01"]);
  assertEquals(names("nothing"), []);
});

Deno.test("filterRows() knows a field by another usual word, and in either case", () => {
  assertEquals(filterRows(ROWS, "state=stopped").length, 1);
  assertEquals(filterRows([{ ReadOnly: "yes" }, { ReadOnly: "no" }], "readonly=yes").length, 1);
});

Deno.test("pageOf() says when a filter that nothing fits names a field that no row has", () => {
  const hint = (filter: string): string | undefined => pageOf(ROWS, { filter }, ["vmid"]).hint;
  assertEquals(
    hint("stauts=running"),
    'No row has a field "stauts". Fields: vmid, name, status, tags. Did you mean "status"?',
  );
  assertEquals(hint("status=paused"), undefined);
  assertEquals(hint("lock!=backup"), undefined);
});

Deno.test("pageOf() says the total and where the next page starts", () => {
  const page = pageOf(ROWS, { limit: 2 }, ["vmid", "name", "lock"]);
  assertEquals(page, {
    columns: ["vmid", "name"],
    rows: [[102, "db01"], [100, "web01"]],
    total: 3,
    next_offset: 2,
  });
  assertEquals(pageOf(ROWS, { offset: 2 }, ["vmid"]).next_offset, undefined);
  assertEquals(pageOf(ROWS, { offset: 9 }, ["vmid"]).rows, []);
});

Deno.test("pageOf() gives the fields that were asked for, and names them when one is unknown", () => {
  assertEquals(pageOf(ROWS, { fields: ["name"] }, ["vmid"]).rows[0], ["db01"]);
  assertEquals(pageOf(ROWS, { fields: ["all"] }, ["vmid"]).columns, [
    "vmid",
    "name",
    "status",
    "tags",
  ]);
  assertThrows(() => pageOf(ROWS, { fields: ["nme"] }, ["vmid"]), ToolError, 'no field "nme"');
});

Deno.test("pageOf() bounds a page however long its cells are", () => {
  const long = Array.from({ length: 50 }, (_, id) => ({ id, note: "x".repeat(5_000) }));
  const page = pageOf(long, {}, undefined);
  assertEquals(page.rows.length, 3);
  assertEquals(page.next_offset, 3);
});

Deno.test("sortRows() sorts numbers as numbers", () => {
  assertEquals(sortRows(ROWS, "vmid").map((row) => row.vmid), [100, 101, 102]);
  assertEquals(sortRows([{ n: "pve10" }, { n: "pve9" }], "n").map((row) => row.n), [
    "pve9",
    "pve10",
  ]);
});
